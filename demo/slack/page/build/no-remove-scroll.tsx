import type { ElementType, ReactNode } from 'react';

interface Props {
  readonly as?: ElementType;
  readonly children?: ReactNode;
  readonly allowPinchZoom?: boolean;
  readonly shards?: unknown;
  readonly enabled?: boolean;
}

/** Stands in for the package of this name: passes its child on and injects no styles. */
export function RemoveScroll({
  as: As = 'div',
  children,
  allowPinchZoom: _pinch,
  shards: _shards,
  enabled: _on,
  ...rest
}: Props) {
  return <As {...rest}>{children}</As>;
}
RemoveScroll.classNames = { fullWidth: '', zeroRight: '' };
