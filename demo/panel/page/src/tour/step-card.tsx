import type { StepNow } from '../../../../tour/model.ts';
import type { TourText } from '../../../../tour/text.ts';
import { send } from '../kit/send.ts';
import { TaskLine } from './task-line.tsx';

/** A step; open while it is its turn. */
export function StepCard({ step, text }: { readonly step: StepNow; readonly text: TourText }) {
  const { id, state, tasks } = step;
  const { title, about } = text.steps[id];
  const isCurrent = state === 'current';
  const next = tasks.find(({ isDone }) => !isDone)?.id;
  return (
    <li className="step" data-step={id} data-state={state} aria-current={isCurrent ? 'step' : undefined}>
      <h2>
        {title} <span className="state">{text.states[state]}</span>
      </h2>
      {isCurrent && (
        <>
          <p>{about}</p>
          <ul className="tasks">
            {tasks.map((task) => (
              <TaskLine key={task.id} task={task} isNext={task.id === next} text={text} />
            ))}
          </ul>
          <button type="button" className="button small" onClick={() => void send(`tour/skip/${id}`)}>
            {text.skip}
          </button>
        </>
      )}
    </li>
  );
}
