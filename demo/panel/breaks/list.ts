import { backlog } from './backlog.ts';
import { bot } from './bot.ts';
import type { Break, BreakParts } from './break.ts';
import { contentPack } from './content-pack.ts';
import { provider } from './provider.ts';
import { redis } from './redis.ts';
import { slackLimit } from './slack-limit.ts';
import { slowDatabase } from './slow-database.ts';
import { ssh } from './ssh.ts';
import { workers } from './workers.ts';

/** In the order in which the panel shows them: the application's own troubles, then those around the bot. */
export const createBreaks = (parts: BreakParts): readonly Break[] =>
  [contentPack, provider, backlog, workers, slowDatabase, redis, ssh, slackLimit, bot].map((create) =>
    create(parts),
  );
