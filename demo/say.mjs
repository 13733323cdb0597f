/**
 * `npm run demo:say -- "status reports" [--as bo] [--in C0OPS] [--thread TS]` types a command in the demo's Slack and
 * prints what that person sees; `--click Retry` presses a button of the last answer. A card is followed while it changes.
 * A form that opens is printed too; `--fill "How long=1h" --fill Reason=deploy` fills it in and sends it.
 */
import { parseArgs } from 'node:util';

const usage =
  'Usage: npm run demo:say -- "status reports" [--as anna|bo|chen|guest] [--in C0OPS] [--thread TS] | --click BUTTON | --fill LABEL=VALUE …';
const base = `http://127.0.0.1:${process.env.DEMO_PORT ?? 4390}/control`;
const followForMs = 75_000;

const { values, positionals } = read();
const people = await get('people');
const who = find(values.as);
const before = await seen();
const formsBefore = new Map((await forms()).map((form) => [form.id, wordsOf(form)]));

if (values.fill !== undefined) {
  const form = (await forms()).at(-1);
  if (form === undefined) fail('No form is open.');
  report(await post('submit', { who, view: form.id, values: filled(values.fill) }));
} else if (values.click !== undefined) {
  const last = before.filter(({ buttons }) => buttons.some(({ text }) => text === values.click)).at(-1);
  if (last === undefined) fail(`No message here has a button "${values.click}".`);
  report(await post('click', { who, channel: last.channel, ts: last.ts, button: values.click }));
} else if (values.thread !== undefined) {
  report(
    await post('mention', { who, channel: values.in, threadTs: values.thread, text: positionals.join(' ') }),
  );
} else report(await post('command', { who, channel: values.in, text: positionals.join(' ') }));
await follow();

function read() {
  try {
    const parsed = parseArgs({
      allowPositionals: true,
      options: {
        as: { type: 'string', default: 'anna' },
        in: { type: 'string', default: 'C0OPS' },
        click: { type: 'string' },
        thread: { type: 'string' },
        fill: { type: 'string', multiple: true },
      },
    });
    return parsed;
  } catch (error) {
    return fail(`${error.message}\n${usage}`);
  }
}

function find(name) {
  const wanted = name.toLowerCase();
  const person = people.find(
    ({ id, name: own }) =>
      id.toLowerCase() === wanted || own.toLowerCase() === wanted || id.toLowerCase() === `u0${wanted}`,
  );
  return (
    person?.id ??
    fail(`Nobody is called ${name}. There are ${people.map(({ name: own }) => own).join(', ')}.`)
  );
}

function report({ status, ackMs }) {
  console.log(status === 'acked' ? `(acknowledged in ${Math.round(ackMs)} ms)\n` : `Slack says: ${status}\n`);
}

/** Prints what is new, and again what changes, until nothing is under way any more. */
async function follow() {
  const shown = new Map(before.map((message) => [message.ts, message.plain]));
  const until = Date.now() + followForMs;
  let printed = false;
  while (Date.now() < until) {
    const now = await seen();
    for (const message of now) {
      if (shown.get(message.ts) === message.plain) continue;
      shown.set(message.ts, message.plain);
      const where = message.ephemeralFor === undefined ? `#${message.channel}` : 'only visible to you';
      console.log(`── ${where}${message.edits > 0 ? ' (edited)' : ''}\n${message.plain}\n`);
      printed = true;
    }
    for (const form of await forms()) {
      const said = wordsOf(form);
      if (formsBefore.get(form.id) === said) continue;
      formsBefore.set(form.id, said);
      print(form);
      printed = true;
    }
    const fresh = now.filter(({ ts }) => !before.some((one) => one.ts === ts));
    const busy = fresh.some(({ plain }) => plain.includes(':hourglass_flowing_sand:'));
    if (printed && !busy) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** What a shell can't show as a window. */
function print({ title, plain, submit, errors }) {
  console.log(`── a form, open for you alone: ${title?.text ?? ''}\n${plain}`);
  for (const [field, error] of Object.entries(errors ?? {})) console.log(`  ${field}: ${error}`);
  if (submit === null) console.log('(It is still being prepared, or has nothing to send.)\n');
  else
    console.log(
      `[${submit.text}] by: npm run demo:say -- --as ${values.as} --fill LABEL=VALUE … (a tick box: LABEL=its words)\n`,
    );
}

/** `LABEL=VALUE` each; a label may hold no `=`. */
function filled(pairs) {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return at < 1 ? fail(`Not LABEL=VALUE: ${pair}\n${usage}`) : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** All that is read in a form, so that a change is noticed. */
function wordsOf({ plain, submit, errors }) {
  return JSON.stringify([plain, submit, errors]);
}

function forms() {
  return get(`views?who=${who}`);
}

function seen() {
  return get(`messages?who=${who}&channel=${values.in}`);
}

async function get(path) {
  return answer(await ask(`${base}/${path}`));
}

async function post(path, body) {
  return answer(
    await ask(`${base}/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  );
}

async function ask(url, options) {
  try {
    return await fetch(url, options);
  } catch {
    return fail('The demo is not running. Start it with: npm run demo');
  }
}

async function answer(response) {
  const body = await response.json();
  return response.ok ? body : fail(body.error);
}

function fail(text) {
  console.error(text);
  process.exit(2);
}
