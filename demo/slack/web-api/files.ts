import type { SlackFile } from '../files.ts';
import { objects, text } from '../json.ts';
import type { SlackState } from '../state.ts';
import { type Answer, type Method, no, type Params, yes } from './answer.ts';
import { placeOf, threadOf } from './messages.ts';

/** https://docs.slack.dev/reference/methods/files.getUploadURLExternal */
const getUploadUrl: Method = (params, { files, base }) => {
  const name = text(params['filename']);
  const length = Number(params['length']);
  if (name === '' || !Number.isInteger(length) || length < 1) return no('invalid_arguments');
  const file = files.announce({ name, length, altText: text(params['alt_txt']) });
  return yes({ upload_url: `${base()}/upload/${file.id}`, file_id: file.id });
};

/** https://docs.slack.dev/reference/methods/files.completeUploadExternal: shares it when a channel is named. */
const complete: Method = (params, state) => {
  const wanted = objects(params['files']);
  const found = wanted.map(({ id }) => state.files.find(text(id)));
  const files = found.filter((file): file is SlackFile => file?.bytes !== undefined);
  if (wanted.length === 0 || files.length < wanted.length) return no('file_not_found');
  const refused = share(params, files, state);
  if (refused !== undefined) return refused;
  for (const [index, file] of files.entries()) {
    const title = wanted[index]?.['title'];
    state.files.complete(file, typeof title === 'string' ? title : undefined);
  }
  return yes({ files: files.map(({ id, title, name }) => ({ id, title, name })) });
};

function share(params: Params, files: readonly SlackFile[], state: SlackState): Answer | undefined {
  if (params['channel_id'] === undefined) return undefined;
  const channel = placeOf({ channel: params['channel_id'] }, state);
  if (typeof channel !== 'string') return channel;
  state.timeline.add({
    channel,
    user: state.workspace.bot.userId,
    botId: state.workspace.bot.id,
    text: text(params['initial_comment']),
    blocks: [],
    files: files.map(({ id }) => id),
    ...threadOf(params),
  });
  return undefined;
}

export const fileMethods: Readonly<Record<string, Method>> = {
  'files.completeUploadExternal': complete,
  'files.getUploadURLExternal': getUploadUrl,
};
