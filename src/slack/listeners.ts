import type { App } from '@slack/bolt';
import type { PictureMaker } from '../core/card-picture.ts';
import type { FieldErrors, Submission } from '../core/form.ts';
import type { Invocation } from '../core/invocation.ts';
import type { Log } from '../core/log.ts';
import type { Locale } from '../core/people.ts';
import { capText } from '../core/strip.ts';
import { mostTyped } from '../core/words.ts';
import type { SlackApi } from './api.ts';
import { readCarried } from './renderer/carried.ts';
import { formCallback, renderFreezing } from './renderer/modal.ts';
import type { RightOfWay } from './right-of-way.ts';
import { blockErrors, valuesOf } from './submission.ts';
import { createModalSurface, createSurface } from './surface.ts';
import { typedText } from './typed-text.ts';

export interface ListenerParts {
  readonly api: SlackApi;
  readonly log: Log;
  readonly rightOfWay: RightOfWay;
  readonly botUserId: string;
  readonly pictures: PictureMaker;
  /** Hands an act to the pipeline and returns at once; what is under way is counted for shutdown. */
  readonly take: (invocation: Invocation) => void;
  /** Which fields of a form can't be taken. Pure, since Slack waits for it. */
  readonly checkForm: CheckForm;
}

export type CheckForm = (submission: Submission, locale: Locale) => FieldErrors;

/** Of what comes without an address for its answer. */
const withoutAddress = { responseUrl: undefined, replaces: false } as const;
/** Buttons whose answer takes the place of the message they stand on, where nobody else sees that message. */
const paging = new Set(['next']);
/** A request's button carries a ULID, and where a page begins. No words begin like that. */
const requestPattern = /^([0-7][0-9A-HJKMNP-TV-Z]{25})(?: ([0-9.]{1,40}))?$/;

/** Translates Slack's bodies into invocations. The ack is each listener's first statement; none of them decides anything. */
export function registerListeners(app: App, parts: ListenerParts): void {
  const { api, log, take, pictures, rightOfWay } = parts;
  const shared = { api, log, pictures, rightOfWay };

  app.command('/queue', async ({ ack, command }) => {
    await ack();
    const { channel_id: channel, user_id: userId, team_id: teamId } = command;
    take({
      ...{
        source: 'slash',
        user: { teamId, userId },
        text: capText(typedText(command.text), mostTyped),
        channel,
      },
      dedupeKey: `command:${command.trigger_id}`,
      surface: createSurface({
        ...shared,
        userId,
        channel,
        threadTs: undefined,
        responseUrl: command.response_url,
        replaces: false,
        triggerId: command.trigger_id,
      }),
    });
  });

  // Bolt acks events itself.
  app.event('app_mention', async ({ event, body }) => {
    if (event.user === undefined || 'bot_id' in event) return;
    const { channel, ts, user: userId } = event;
    const threadTs = event.thread_ts ?? ts;
    take({
      ...{ source: 'mention', user: { teamId: teamOf(event, body.team_id), userId }, channel, threadTs },
      text: capText(typedText(event.text, parts.botUserId), mostTyped),
      dedupeKey: `message:${channel}:${ts}`,
      surface: createSurface({ ...shared, ...withoutAddress, userId, channel, threadTs }),
    });
  });

  app.event('message', async ({ event, body }) => {
    // Only what a person writes to the bot alone; edits, joins and bots' own words have a subtype or a bot id.
    if (event.channel_type !== 'im' || event.subtype !== undefined || event.bot_id !== undefined) return;
    const { channel, ts, user: userId } = event;
    const threadTs = event.thread_ts;
    take({
      ...{ source: 'mention', user: { teamId: teamOf(event, body.team_id), userId }, channel },
      ...(threadTs === undefined ? {} : { threadTs }),
      text: capText(typedText(event.text ?? '', parts.botUserId).replace(/^\/queue\b/, ''), mostTyped),
      dedupeKey: `message:${channel}:${ts}`,
      surface: createSurface({ ...shared, ...withoutAddress, userId, channel, threadTs }),
    });
  });

  app.action(/.*/, async ({ ack, body, action }) => {
    await ack();
    if (body.type !== 'block_actions' || action.type !== 'button' || !('action_id' in action)) return;
    const channel = body.channel?.id ?? body.container['channel_id'];
    const messageTs = body.message?.ts ?? body.container['message_ts'];
    if (typeof channel !== 'string' || typeof messageTs !== 'string') return;
    const verb = action.action_id.replace(/:\d+$/, '');
    const threadTs: unknown = body.message?.['thread_ts'] ?? body.container['thread_ts'];
    const userId = body.user.id;
    const teamId = body.user.team_id ?? body.team?.id ?? '';
    const press = findPress(verb, action.value ?? '');
    take({
      ...{ source: 'button', user: { teamId, userId }, channel, messageTs },
      ...(press === undefined ? { text: capText(action.value ?? '', mostTyped) } : { text: '', press }),
      ...(typeof threadTs === 'string' ? { threadTs } : {}),
      ...(verb === 'share' ? { share: true } : {}),
      dedupeKey: `action:${teamId}:${userId}:${messageTs}:${action.action_ts}`,
      surface: createSurface({
        ...shared,
        userId,
        channel,
        threadTs: typeof threadTs === 'string' ? threadTs : undefined,
        ...{
          responseUrl: body.response_url,
          replaces:
            body.container['is_ephemeral'] === true && (paging.has(verb) || (press?.argument ?? '') !== ''),
          triggerId: body.trigger_id,
        },
      }),
    });
  });

  app.view({ callback_id: formCallback, type: 'view_submission' }, async ({ ack, body, view }) => {
    const read = readCarried(view.private_metadata);
    if (read === undefined) return ack();
    const { carried, locale } = read;
    const submission: Submission = { carried, values: valuesOf(view.state.values) };
    const errors = checkSafely(parts, submission, locale);
    const title = view.title.text;
    if (errors.size > 0) {
      const inputs = view.blocks.flatMap((block) => (block.type === 'input' && block.block_id) || []);
      return ack({ response_action: 'errors', errors: blockErrors(errors, inputs) });
    }
    await ack({ response_action: 'update', view: renderFreezing(title, locale) });
    const { channel, threadTs, words: text } = carried;
    const userId = body.user.id;
    const teamId = body.user.team_id ?? body.team?.id ?? '';
    const where = { ...shared, ...withoutAddress, userId, channel, threadTs };
    take({
      ...{ source: 'modal', user: { teamId, userId }, text, channel, submission },
      ...(threadTs === undefined ? {} : { threadTs }),
      // A form is taken once, however often it is sent.
      dedupeKey: `form:${teamId}:${view.id}`,
      surface: createModalSurface(where, view.id, title),
    });
  });
}

/** A bug in a check must not cost the acknowledgement: the pipeline reads the fields once more. */
function checkSafely({ checkForm, log }: ListenerParts, submission: Submission, locale: Locale): FieldErrors {
  try {
    return checkForm(submission, locale);
  } catch (error) {
    log.error({ err: error }, 'a form could not be checked');
    return new Map();
  }
}

function findPress(verb: string, value: string): Invocation['press'] {
  const [, requestId, argument = ''] = requestPattern.exec(value) ?? [];
  return requestId === undefined ? undefined : { verb, requestId, argument };
}

/** In a shared channel the author's own team stands in the event, the receiving one in the envelope. */
function teamOf(event: object, enveloped: string): string {
  for (const key of ['user_team', 'source_team', 'team'] as const) {
    const value: unknown = Reflect.get(event, key);
    if (typeof value === 'string') return value;
  }
  return enveloped;
}
