#!/usr/bin/env bash
# Fetches the lists of robots that the server embeds, from the npm registry, and writes them below
# src/Tributary.Core/Clicks/Agents with their licences, versions and the day. Needs npm, node and tar. Run again after
# changing a version here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

crawlers=1.60.0
isbot=5.2.3
target=$PWD/src/Tributary.Core/Clicks/Agents
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$work"
npm pack --silent "crawler-user-agents@$crawlers" "isbot@$isbot" > /dev/null
for name in "crawler-user-agents-$crawlers" "isbot-$isbot"; do
  mkdir "$name" && tar -xzf "$name.tgz" -C "$name"
done

crawlers_version=$crawlers isbot_version=$isbot day=$(date -u +%F) target=$target node --input-type=module <<'SCRIPT'
import { readFileSync, writeFileSync } from 'node:fs';
const { crawlers_version, isbot_version, day, target } = process.env;
const list = JSON.parse(readFileSync(`crawler-user-agents-${crawlers_version}/package/crawler-user-agents.json`, 'utf8'));
const crawlers = list.map(({ pattern, tags }) => [pattern, tags?.[0] ?? '']);
const { list: names } = await import(`${process.cwd()}/isbot-${isbot_version}/package/index.mjs`);
const lines = (items) => '[\n' + items.map((item) => '  ' + JSON.stringify(item)).join(',\n') + '\n]';
const write = (file, head, items) => writeFileSync(`${target}/${file}`,
  `{\n"source": ${JSON.stringify(head.source)},\n"licence": "${head.licence}",\n"date": "${day}",\n"patterns": ${lines(items)}\n}\n`);
write('crawlers.json', { source: `crawler-user-agents ${crawlers_version}`, licence: 'MIT' }, crawlers);
write('isbot.json', { source: `isbot ${isbot_version}`, licence: 'Unlicense' }, names);
SCRIPT
cp "crawler-user-agents-$crawlers/package/LICENSE" "$target/crawlers.LICENSE"
cp "isbot-$isbot/package/LICENSE" "$target/isbot.LICENSE"
