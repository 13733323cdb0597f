import type { Method } from './answer.ts';
import { yes } from './answer.ts';

/** https://docs.slack.dev/reference/methods/auth.test */
const authTest: Method = (_params, { workspace }) =>
  yes({
    url: `https://${workspace.domain}.slack.com/`,
    team: workspace.domain,
    team_id: workspace.teamId,
    user: workspace.bot.name,
    user_id: workspace.bot.userId,
    bot_id: workspace.bot.id,
    is_enterprise_install: false,
  });

export const appMethods: Readonly<Record<string, Method>> = {
  'api.test': (params) => yes({ args: params }),
  'auth.test': authTest,
};
