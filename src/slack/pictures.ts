import type { CardPicture, PictureMaker } from '../core/card-picture.ts';
import type { Chart, DescribedChart } from '../core/chart.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { redact } from '../core/redact.ts';
import type { SlackApi } from './api.ts';
import { type Uploaded, uploadPicture } from './files.ts';

export interface PictureParts {
  readonly api: Pick<SlackApi, 'reads'>;
  /** PNG bytes; rejects when it can't be drawn, or not in time. */
  readonly drawChart: (chart: Chart) => Promise<Uint8Array>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** An app gets its scopes when it is installed anew; whether it was is looked at this often. */
const refusedMs = 3_600_000;
/** What Slack says of an app that may not upload, or of a workspace that takes no files. */
const lasting = new Set([
  ...['missing_scope', 'not_allowed_token_type', 'file_uploads_disabled', 'file_upload_size_restricted'],
  ...['storage_limit_reached', 'access_denied', 'restricted_action'],
]);

/** Pictures are a help and never in the way: what fails is logged, and Slack's lasting no is believed for an hour. */
export function createPictures({ api, drawChart, clock, log }: PictureParts): PictureMaker {
  let refusedUntil = 0;
  let told = false;

  const isAble = (): boolean => clock.now().getTime() >= refusedUntil;

  const note = ({ step, fault }: Extract<Uploaded, { readonly ok: false }>): void => {
    if (fault.kind !== 'refused' || !lasting.has(fault.code)) {
      log.warn({ step, ...fault }, 'Slack did not take a picture');
      return;
    }
    refusedUntil = clock.now().getTime() + refusedMs;
    if (told) return;
    told = true;
    log.warn(
      { code: fault.code },
      'Slack takes no pictures from this app: messages go without. missing_scope: add files:write (docs/install.md) and install the app again',
    );
  };

  const draw = async (chart: Chart): Promise<Uint8Array | undefined> => {
    try {
      return await drawChart(chart);
    } catch (error) {
      log.warn({ why: redact(String(error)) }, 'a picture could not be drawn');
      return undefined;
    }
  };

  return {
    isAble,
    async make({ chart, words, caption }: DescribedChart, name: string): Promise<CardPicture | undefined> {
      if (!isAble()) return undefined;
      const png = await draw(chart);
      if (png === undefined) return undefined;
      try {
        const uploaded = await uploadPicture(api, { png, name: `${name}.png`, words, caption });
        if (uploaded.ok) {
          told = false;
          return { file: uploaded.file, words, caption };
        }
        note(uploaded);
      } catch (error) {
        log.error({ err: error }, 'a picture could not be uploaded');
      }
      return undefined;
    },
  };
}
