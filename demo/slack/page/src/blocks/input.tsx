import { useId } from 'react';
import { isJson } from '../api/json.ts';
import { Element } from '../elements/element.tsx';
import type { BlockProps } from './simple.tsx';
import { useSurface } from './surface.tsx';
import { PlainText } from './text.tsx';

/** https://docs.slack.dev/reference/block-kit/blocks/input-block */
export function Input({ block }: BlockProps) {
  const id = useId();
  const error = useSurface().errors[String(block['block_id'])];
  const { element, hint, label } = block;
  if (!isJson(element)) return null;
  const hintId = isJson(hint) ? `${id}-hint` : undefined;
  const errorId = error === undefined ? undefined : `${id}-error`;
  const describedBy = [errorId, hintId].filter((one) => one !== undefined).join(' ');
  return (
    <div className={error === undefined ? 'input' : 'input wrong'}>
      <div className="label" id={`${id}-label`}>
        <PlainText value={label} />
        {block['optional'] === true && <span className="optional"> (optional)</span>}
      </div>
      <Element
        element={element}
        input={block}
        labelledBy={`${id}-label`}
        describedBy={describedBy === '' ? undefined : describedBy}
      />
      {error !== undefined && (
        <p className="error" id={errorId} role="alert">
          {error}
        </p>
      )}
      {isJson(hint) && (
        <p className="hint" id={hintId}>
          <PlainText value={hint} />
        </p>
      )}
    </div>
  );
}
