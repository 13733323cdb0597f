import type { QueueNow, WorkersNow, WorldNow } from '../../../model.ts';
import type { PanelText } from '../../../text.ts';

/** A table that may be wider than its place: so it scrolls, also by keyboard. */
export function Queues({ now, text }: { readonly now: WorldNow; readonly text: PanelText }) {
  const { columns } = text;
  return (
    <div>
      <h2 id="queues">{text.queues}</h2>
      <section className="wide" tabIndex={0} aria-labelledby="queues">
        <table className="queues">
          <thead>
            <tr>
              <th scope="col">{columns.queue}</th>
              <th scope="col">{columns.pending}</th>
              <th scope="col">{columns.oldest}</th>
              <th scope="col">{columns.failed}</th>
              <th scope="col">{columns.workers}</th>
              <th scope="col">{columns.reserved}</th>
              <th scope="col">{columns.delayed}</th>
            </tr>
          </thead>
          <tbody>
            {now.queues.map((queue) => (
              <Row key={queue.name} queue={queue} workers={workersOf(now.workers, queue.name)} text={text} />
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

const workersOf = (workers: WorldNow['workers'], queue: string): WorkersNow | undefined =>
  workers?.find(({ queues }) => queues.split(',').includes(queue));

interface RowProps {
  readonly queue: QueueNow;
  readonly workers: WorkersNow | undefined;
  readonly text: PanelText;
}

function Row({ queue: { name, waiting, failed }, workers, text }: RowProps) {
  const isWithout = workers !== undefined && workers.running < workers.expected;
  return (
    <tr>
      <th scope="row">{name}</th>
      <Cell value={waiting?.pending} text={text} isBad={(waiting?.pending ?? 0) >= 100} />
      <td>
        {waiting === undefined
          ? text.unknown
          : waiting.oldestSeconds === undefined
            ? text.none
            : text.duration(waiting.oldestSeconds)}
      </td>
      <Cell value={failed} text={text} isBad={(failed ?? 0) > 0} />
      <td className={isWithout ? 'is-bad' : ''} title={workers?.states.join(', ')}>
        {workers === undefined ? text.unknown : text.workersOf(workers.running, workers.expected)}
      </td>
      <Cell value={waiting?.reserved} text={text} />
      <Cell value={waiting?.delayed} text={text} />
    </tr>
  );
}

interface CellProps {
  readonly value: number | undefined;
  readonly text: PanelText;
  readonly isBad?: boolean;
}

function Cell({ value, text, isBad = false }: CellProps) {
  return <td className={isBad ? 'is-bad' : ''}>{value ?? text.unknown}</td>;
}
