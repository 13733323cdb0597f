import { DropdownMenu } from 'radix-ui';
import { text } from '../api/json.ts';
import { useBusy, useIds, useSurface } from '../blocks/surface.tsx';
import { PlainText } from '../blocks/text.tsx';
import { useAsk } from '../dialogs/confirm.tsx';
import { choicesOf } from './option.ts';
import type { ElementProps } from './use-element.ts';

/** https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element */
export function Overflow({ element }: ElementProps) {
  const ids = useIds(element);
  const { acts } = useSurface();
  const ask = useAsk();
  const [isBusy, run] = useBusy();
  const choose = async (value: string): Promise<void> => {
    if (await ask(element['confirm'])) run(() => acts.choose(ids, value));
  };
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        className="button overflow"
        aria-label={text(element['accessibility_label']) || 'More actions'}
        aria-busy={isBusy}
      >
        <span aria-hidden="true">⋯</span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
          {choicesOf(element).map((choice) => (
            <DropdownMenu.Item
              key={choice.value}
              className="menu-item"
              onSelect={() => void choose(choice.value)}
            >
              {choice.text !== undefined && <PlainText value={choice.text} />}
              {choice.description !== undefined && (
                <span className="menu-note">
                  <PlainText value={choice.description} />
                </span>
              )}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
