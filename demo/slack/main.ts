/** `npm run slack -- --app-url http://127.0.0.1:3000/slack/events`: the simulated Slack alone, for any Bolt app. */
import { startAlone, WrongStart } from './alone.ts';
import { WorkspaceFileError } from './workspace-file.ts';

try {
  // npm changes into its package's folder and tells where it was called.
  const folder = process.env['INIT_CWD'] ?? process.cwd();
  const { slack, told } = await startAlone(process.argv.slice(2), console.error, folder);
  console.log(told);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void slack.close().then(() => process.exit(0)));
} catch (error) {
  const isMendable = error instanceof WrongStart || error instanceof WorkspaceFileError;
  console.error(isMendable ? error.message : error);
  process.exitCode = isMendable ? 2 : 1;
}
