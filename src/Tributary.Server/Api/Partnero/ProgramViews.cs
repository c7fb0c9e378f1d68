using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Campaigns;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Reporting;

namespace Tributary.Server.Api.Partnero;

/// <summary>The programme as this dialect shows it: numbers as texts, money as formatted texts by currency.</summary>
internal static class ProgramViews
{
    /// <summary>As it was told; else the programme's site.</summary>
    public static string? Website(ReferralProgram program) => program.Settings.Partnero.Website ?? program.Settings.Links.Site;

    public static JsonObject Program(ReferralProgram program, ProgramOverview overview) => new()
    {
        ["id"] = program.Id,
        ["public_id"] = program.PublicId,
        ["website"] = Website(program),
        ["initial"] = InitialOf(program),
        ["type"] = TitleOf(program),
        ["name"] = program.Name,
        ["created_at"] = PartneroTime.Of(overview.CreatedAt).ToString(),
        ["last_edited"] = PartneroTime.Of(overview.UpdatedAt).ToString(),
    };

    public static JsonObject Settings(ReferralProgram program, CampaignDefinition? campaign, int campaigns) => new()
    {
        ["currency"] = program.Currency.Code,
        ["cookie_lifetime"] = program.Settings.Attribution.WindowDays,
        ["commission_description"] = DescriptionOf(campaign),
        ["commission_value"] = ValueOf(campaign),
        ["has_multiple_commissions"] = campaigns > 1,
        ["payout_threshold"] = 0,
        ["payout_automation"] = false,
    };

    public static JsonObject Portal(ReferralProgram program, string origin) =>
        new() { ["partner_portal_url"] = PortalOf(program, origin), ["name"] = program.Name };

    /// <summary>What the older call for the overview shows beside the numbers.</summary>
    public static JsonObject CurrentSettings(ReferralProgram program, CampaignDefinition? campaign, string origin) => new()
    {
        ["program_initials"] = InitialOf(program),
        ["program_type_title"] = TitleOf(program),
        ["program_name"] = program.Name,
        ["partner_portal_url"] = PortalOf(program, origin),
        ["website_url"] = Website(program),
        ["commission_description"] = DescriptionOf(campaign),
        ["cookie_lifetime"] = program.Settings.Attribution.WindowDays,
        ["payout_threshold"] = 0,
        ["currency"] = program.Currency.Code,
    };

    public static JsonObject AffiliateStats(ReferralProgram program, ProgramOverview overview)
    {
        var stats = new JsonObject();
        AddCount("total_partners", numbers => numbers.Partners);
        AddCount("total_purchases", numbers => numbers.Conversions);
        AddCount("total_signups", numbers => numbers.Leads);
        AddCount("total_paid_accounts", numbers => numbers.PaidAccounts);
        AddCount("affiliate_referred_visitors_clicks", numbers => numbers.Clicks);
        AddCount("click_to_signup_conversion", numbers => Percent(numbers.Leads, numbers.Clicks));
        AddCount("signup_to_sale_conversion", numbers => Percent(numbers.PaidAccounts, numbers.Leads));
        AddMoney("total_reward", numbers => numbers.Rewards);
        AddMoney("total_revenue", numbers => numbers.Revenue);
        AddMoney("average_order_value", numbers => numbers.Revenue.ToDictionary(
            sum => sum.Key, sum => numbers.Conversions == 0 ? 0 : Rounding.HalfAwayFromZero(sum.Value, numbers.Conversions)));
        AddOwed("total_paid", owed => owed.Paid);
        AddOwed("total_pending", owed => owed.InReview);
        AddProfit(stats, program, overview.Total);
        stats["rewards_breakdown"] = new JsonObject
        {
            ["unclaimed"] = MoneyOf(overview.Owed.ToDictionary(owed => owed.Unit, owed => owed.Unclaimed)),
            ["in_review"] = MoneyOf(overview.Owed.ToDictionary(owed => owed.Unit, owed => owed.InReview)),
            ["paid"] = MoneyOf(overview.Owed.ToDictionary(owed => owed.Unit, owed => owed.Paid)),
        };
        stats["partner_activity"] = ActivityOf(overview);
        stats["payout_status_breakdown"] = new JsonObject();
        return stats;

        void AddCount(string name, Func<PeriodNumbers, long> of)
        {
            stats[name] = of(overview.Total).ToString(CultureInfo.InvariantCulture);
            stats[name + "_growth"] = Growth(of(overview.Last), of(overview.Before));
        }

        void AddMoney(string name, Func<PeriodNumbers, IReadOnlyDictionary<string, BigInteger>> of)
        {
            stats[name] = MoneyOf(of(overview.Total));
            var own = program.Currency.Code;
            stats[name + "_growth"] = Growth(of(overview.Last).GetValueOrDefault(own), of(overview.Before).GetValueOrDefault(own));
        }

        void AddOwed(string name, Func<OwedInAll, BigInteger> of)
        {
            stats[name] = MoneyOf(overview.Owed.ToDictionary(owed => owed.Unit, of));
            stats[name + "_growth"] = 0;
        }
    }

    public static JsonObject FriendStats(ProgramOverview overview)
    {
        var stats = new JsonObject();
        Add("active_rewards", numbers => numbers.Rewards.Count);
        Add("total_customers", numbers => numbers.Customers);
        Add("total_referring_customers", numbers => numbers.ReferringCustomers);
        Add("total_referred_customers", numbers => numbers.ReferredCustomers);
        Add("total_sales", numbers => numbers.Conversions);
        Add("participation", numbers => Percent(numbers.ReferringCustomers, numbers.Customers));
        stats["total_revenue_from_sales"] = MoneyOf(overview.Total.Revenue);
        return stats;

        void Add(string name, Func<PeriodNumbers, long> of)
        {
            stats[name] = of(overview.Total).ToString(CultureInfo.InvariantCulture);
            stats[name + "_before"] = of(overview.Before).ToString(CultureInfo.InvariantCulture);
            stats[name + "_growth"] = Growth(of(overview.Last), of(overview.Before));
        }
    }

    private static void AddProfit(JsonObject stats, ReferralProgram program, PeriodNumbers total)
    {
        var own = program.Currency.Code;
        var profit = total.Revenue.GetValueOrDefault(own) - total.Rewards.GetValueOrDefault(own);
        stats["net_profit"] = JsonNode.Parse(MajorUnits.Shortest(profit, program.Currency.Exponent));
        stats["net_profit_formatted"] = Formatted(profit, program.Currency);
    }

    private static JsonObject ActivityOf(ProgramOverview overview)
    {
        var activity = new JsonObject();
        foreach (var group in overview.PartnersByState.GroupBy(state => PartneroWords.Of(StateOf(state.Key))).OrderBy(group => group.Key, StringComparer.Ordinal))
            activity[group.Key] = group.Sum(state => state.Value);
        return activity;
    }

    private static ReferrerState StateOf(string word) => ReferrerStates.TryParse(word, out var state) ? state : ReferrerState.Active;

    /// <summary>By currency in lower case; an empty list where there is nothing, as clients expect.</summary>
    private static JsonNode MoneyOf(IReadOnlyDictionary<string, BigInteger> amounts)
    {
        var money = new JsonObject();
        foreach (var (unit, amount) in amounts.OrderBy(sum => sum.Key, StringComparer.Ordinal))
        {
            if (Currency.TryGet(unit, out var currency) && !amount.IsZero)
                money[currency.Code.ToLowerInvariant()] = Formatted(amount, currency);
        }
        return money.Count == 0 ? new JsonArray() : money;
    }

    private static string Formatted(BigInteger minor, Currency currency)
    {
        var text = MajorUnits.Format(BigInteger.Abs(minor), currency.Exponent);
        var point = text.IndexOf('.', StringComparison.Ordinal) is var at and >= 0 ? at : text.Length;
        for (var place = point - 3; place > 0; place -= 3)
            text = text.Insert(place, ",");
        var symbol = currency.Code switch { "USD" => "$", "EUR" => "€", "GBP" => "£", "JPY" => "¥", _ => currency.Code + " " };
        return $"{(minor.Sign < 0 ? "-" : "")}{symbol}{text}";
    }

    private static long Percent(long part, long whole) => whole == 0 ? 0 : (long)Rounding.HalfAwayFromZero((BigInteger)part * 100, whole);

    /// <summary>Percent of the last period against the one before; 0 without a base.</summary>
    private static long Growth(BigInteger last, BigInteger before) =>
        before.IsZero ? 0 : (long)Rounding.HalfAwayFromZero((last - before) * 100, BigInteger.Abs(before));

    private static string InitialOf(ReferralProgram program) => program.Name.Trim() is [var first, ..] ? char.ToUpperInvariant(first).ToString() : "";

    private static string TitleOf(ReferralProgram program) => program.Settings.Partnero.Type switch
    {
        PartneroType.Affiliate => "Affiliate",
        PartneroType.ReferAFriend => "Referral",
    };

    private static string PortalOf(ReferralProgram program, string origin) => $"{origin}/portal/{program.PublicId}";

    private static RewardAmount? AmountOf(CampaignDefinition? campaign) =>
        campaign?.AllLines.FirstOrDefault(line => line.Recipient == RewardRole.Referrer)?.Amount;

    private static string? DescriptionOf(CampaignDefinition? campaign) => AmountOf(campaign) switch
    {
        PercentAmount percent => $"{Percents(percent)}% of each sale",
        FixedAmount amount => $"{Formatted(amount.Money.Minor, amount.Money.Currency)} for each sale",
        PointsAmount points => $"{points.Value} points for each sale",
        null => null,
        _ => "as the campaign says",
    };

    private static string? ValueOf(CampaignDefinition? campaign) => AmountOf(campaign) switch
    {
        PercentAmount percent => Percents(percent),
        FixedAmount amount => MajorUnits.Shortest(amount.Money),
        PointsAmount points => points.Value.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    private static string Percents(PercentAmount percent) => MajorUnits.Shortest(percent.Rate.Ppm, 4);
}
