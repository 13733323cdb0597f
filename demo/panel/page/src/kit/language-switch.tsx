import { ToggleGroup } from 'radix-ui';
import type { Locale } from '../../../text.ts';

interface Props {
  readonly label: string;
  readonly locale: Locale;
  readonly onLocale: (locale: Locale) => void;
}

export function LanguageSwitch({ label, locale, onLocale }: Props) {
  return (
    <ToggleGroup.Root
      type="single"
      className="languages"
      aria-label={label}
      value={locale}
      onValueChange={(next) => {
        if (next === 'en' || next === 'zh-CN') onLocale(next);
      }}
    >
      <ToggleGroup.Item value="en" className="language" lang="en">
        English
      </ToggleGroup.Item>
      <ToggleGroup.Item value="zh-CN" className="language" lang="zh-CN">
        中文
      </ToggleGroup.Item>
    </ToggleGroup.Root>
  );
}
