import type { QueueDescription } from '../../core/app-description.ts';
import type { Incident } from '../../core/incident.ts';
import type { Button } from '../../core/reply.ts';
import { incidentText } from '../../text/incidents.ts';
import { workersText } from '../../text/workers.ts';
import { appWords } from '../job-buttons.ts';
import { findQueueLabel, type IncidentScene, rootFacts, watchOf } from './scene.ts';

type Queue = QueueDescription & { readonly label: string };

/** Acknowledge, Silence, Diagnose, and those of the operation that fits. `queue`: what people would look at. */
export function incidentButtons(
  incident: Incident,
  scene: IncidentScene,
  queue: Queue | undefined,
): readonly Button[] {
  const { buttons: labels } = incidentText[scene.locale];
  const app = appWords(scene.world);
  const button = (verb: string, label: string, words: string): Button => ({
    label,
    press: { kind: 'words', verb, words: `${words}${app}` },
  });
  const looked = findQueueLabel(scene, incident);
  const onQueue = incident.queue === undefined ? '' : ` queue=${incident.queue}`;
  return [
    ...(incident.acknowledgement === undefined
      ? [{ ...button('ack', labels.ack, `ack #${incident.number}`), style: 'primary' } as const]
      : []),
    button('silence', labels.silence, `silence ${incident.rule}${onQueue}`),
    ...(looked === undefined ? [] : [button('diagnose', labels.diagnose, `diagnose ${looked}`)]),
    ...(queue !== undefined && restartHelps(incident, scene)
      ? [
          {
            ...button('restart', labels.restart, `restart ${queue.label}`),
            confirm: workersText[scene.locale].confirmRestart,
          },
        ]
      : []),
    ...(queue !== undefined && retryHelps(incident, scene, queue)
      ? [button('retry-all', labels.retryAll, `retry all queue=${queue.label}`)]
      : []),
  ];
}

function restartHelps(incident: Incident, scene: IncidentScene): boolean {
  const watch = watchOf(scene, incident);
  if (watch === 'backlog' || watch === 'workers') return true;
  return watch === 'utilization' && isOver(incident, ['pending', 'oldest']);
}

/** Where running a job twice costs something, a person has to think of it by themselves. */
function retryHelps(incident: Incident, scene: IncidentScene, queue: Queue): boolean {
  if (queue.costly) return false;
  const watch = watchOf(scene, incident);
  return watch === 'failed_jobs' || (watch === 'utilization' && isOver(incident, ['failed']));
}

function isOver(incident: Incident, metrics: readonly ('pending' | 'oldest' | 'failed')[]): boolean {
  const facts = rootFacts(incident);
  return metrics.some((metric) => (facts[metric] ?? 0) > (facts[`max_${metric}`] ?? 0) * 0.8);
}
