import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names';

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label'> {
  /** Its name, and what is shown of it when the pointer rests on it. */
  readonly label: string;
  /** Of something that can be on or off. */
  readonly pressed?: boolean;
  /** `quiet`: without a frame. @default 'plain' */
  readonly look?: 'plain' | 'quiet';
  /** `small`: over the picture. @default 'normal' */
  readonly size?: 'normal' | 'small';
}

const looks = {
  plain: 'border-line-2 bg-surface text-ink hover:border-ink disabled:hover:border-line-2',
  quiet: 'border-transparent text-ink-2 hover:bg-sunken hover:text-ink',
  pressed: 'border-ink bg-ink text-paper hover:bg-ink-2',
};
const sizes = { normal: 'size-10', small: 'size-9 max-md:size-8.5' };

/** A square with one sign in it. Pressed, it is ink on its head. */
export function IconButton(props: IconButtonProps): ReactNode {
  const { label, pressed, look = 'plain', size = 'normal', className, ...rest } = props;
  return (
    <button
      type="button"
      title={label}
      {...rest}
      aria-label={label}
      aria-pressed={pressed}
      className={classNames(
        'relative inline-flex shrink-0 items-center justify-center rounded-control border transition-colors disabled:opacity-45 aria-expanded:border-ink [&_svg]:size-4.5',
        looks[pressed === true ? 'pressed' : look],
        sizes[size],
        className,
      )}
    />
  );
}
