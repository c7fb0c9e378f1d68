-- What happened to the rewards of a referrer; those of everybody else are found by who acted.
create index events_referrer_rewards on events (program_id, referrer_id, event_id)
  where referrer_id is not null and type in ('reward.earned', 'reward.reversed');
