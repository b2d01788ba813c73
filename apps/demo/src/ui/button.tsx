import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names';

interface ButtonProps extends ComponentProps<'button'> {
  /** `solid`: the one thing to do next. `plain`: everything else. `quiet`: without a frame. */
  readonly look?: 'solid' | 'plain' | 'quiet';
  readonly size?: 'small' | 'normal' | 'large';
}

const looks = {
  solid:
    'bg-ink text-paper border-ink hover:bg-accent hover:border-accent hover:text-on-accent disabled:hover:bg-ink disabled:hover:border-ink disabled:hover:text-paper',
  plain: 'bg-surface border-line-2 text-ink hover:border-ink disabled:hover:border-line-2',
  quiet:
    'border-transparent text-ink-2 hover:text-ink hover:bg-sunken disabled:hover:bg-transparent disabled:hover:text-ink-2',
};
const sizes = {
  small: 'h-8 gap-1.5 px-2.5 text-sm',
  normal: 'h-10 gap-2 px-3.5 text-sm',
  large: 'h-12 gap-2.5 px-5 text-base',
};

export function Button({ look = 'plain', size = 'normal', className, ...props }: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      {...props}
      className={classNames(
        'inline-flex shrink-0 items-center justify-center rounded-control border font-medium whitespace-nowrap transition-colors disabled:opacity-45',
        looks[look],
        sizes[size],
        className,
      )}
    />
  );
}
