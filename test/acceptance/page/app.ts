/** A small Bolt app for the page's tests: it does what its words say. */
import type { App } from '@slack/bolt';
import type { View } from '@slack/types';

const plain = (text: string) => ({ type: 'plain_text' as const, text });

const form = (more: Partial<View> = {}): View =>
  ({
    ...{ type: 'modal', callback_id: 'form', title: plain('Ask for it'), submit: plain('Send') },
    blocks: [
      {
        ...{ type: 'input', block_id: 'reason', label: plain('Reason'), hint: plain('What was mended') },
        element: { type: 'plain_text_input', action_id: 'reason' },
      },
      {
        ...{ type: 'input', block_id: 'queue', label: plain('Queue') },
        element: {
          ...{ type: 'static_select', action_id: 'queue' },
          options: ['reports', 'refunds', 'insights'].map((name) => ({ text: plain(name), value: name })),
        },
      },
      {
        ...{ type: 'input', block_id: 'sure', label: plain('Are you sure') },
        element: {
          ...{ type: 'checkboxes', action_id: 'sure' },
          options: [{ text: plain('The root cause is fixed'), value: 'fixed' }],
        },
      },
    ],
    ...more,
  }) as View; // the parts that every modal has are above

const words = (text: string): View =>
  ({ type: 'modal', title: plain('Please wait'), blocks: [{ type: 'section', text: plain(text) }] }) as View; // as above

const answer = (text: string) => [
  { type: 'section' as const, text: { type: 'mrkdwn' as const, text: `*${text}*` } },
  {
    type: 'actions' as const,
    elements: [
      { type: 'button' as const, action_id: 'share', text: plain('Share'), value: text },
      {
        ...{ type: 'button' as const, action_id: 'forget', text: plain('Forget'), style: 'danger' as const },
        confirm: {
          title: plain('Forget it?'),
          text: plain('It is archived first.'),
          confirm: plain('Forget'),
          deny: plain('Keep'),
        },
      },
    ],
  },
];

export function listen(app: App): void {
  app.command('/queue', async ({ ack, respond, command, client }) => {
    await ack();
    const trigger_id = command.trigger_id;
    switch (command.text) {
      case 'form':
        await client.views.open({ trigger_id, view: form() });
        return;
      case 'load': {
        const { view } = await client.views.open({ trigger_id, view: words('Loading …') });
        await client.views.update({ view_id: view?.id ?? '', hash: view?.hash ?? '', view: form() });
        return;
      }
      case 'bad':
        await client.chat
          .postMessage({ channel: command.channel_id, text: 'bad', blocks: [{ type: 'section' }] })
          .catch(() => undefined);
        return;
      default:
        await respond({ text: command.text, blocks: answer(`You said ${command.text}`) });
    }
  });
  app.action({ type: 'block_actions' }, async ({ ack, action, body, client }) => {
    await ack();
    if (action.action_id === 'approve' && body.type === 'block_actions') {
      const { channel, message } = body;
      const text = `Approved by <@${body.user.id}>`;
      await client.chat.update({ channel: channel?.id ?? '', ts: message?.ts ?? '', text });
    }
    if (action.action_id === 'share')
      await client.chat.postMessage({ channel: 'C0OPS', text: `Shared by <@${body.user.id}>` });
  });
  app.view('form', async ({ ack, view }) => {
    const reason = view.state.values['reason']?.['reason']?.value ?? '';
    if (reason === 'short')
      await ack({ response_action: 'errors', errors: { reason: 'Say a little more.' } });
    else if (reason === 'more')
      await ack({ response_action: 'push', view: form({ title: plain('One more') }) });
    else await ack();
  });
  app.event('app_mention', async ({ event, say }) => {
    await say({
      text: `I heard: ${event.text.replace(/<@\w+>\s*/, '')}`,
      thread_ts: event.thread_ts ?? event.ts,
    });
  });
  app.event('message', async ({ say }) => {
    await say('I am listening.');
  });
  app.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({
      user_id: event.user,
      view: { type: 'home', blocks: [{ type: 'header', text: plain('Your queues') }] },
    });
  });
}
