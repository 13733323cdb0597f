import type { PartId, WorldNow } from '../../../model.ts';
import type { PanelText } from '../../../text.ts';

const order: readonly PartId[] = ['database', 'redis', 'supervisor', 'bot'];

/** Whether those who are asked answer; a number that is missing has its reason here. */
export function Parts({ parts, text }: { readonly parts: WorldNow['parts']; readonly text: PanelText }) {
  return (
    <ul className="parts">
      {order.map((id) => (
        <li key={id} className="part" data-state={parts[id]}>
          <b>{text.parts[id]}</b> {text.partStates[parts[id]]}
        </li>
      ))}
    </ul>
  );
}
