import {
  type ComponentProps,
  type ReactNode,
  type ToggleEvent,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { classNames } from './class-names';
import { place } from './place';

interface PopoverProps {
  /** Of the panel. */
  readonly label: string;
  /** Gets what makes a button open the panel. */
  readonly button: (props: PopoverButtonProps) => ReactNode;
  /** Rendered while it is open. */
  readonly children: ReactNode;
  /** Which edge it has in common with its button. @default 'left' */
  readonly edge?: 'left' | 'right';
  readonly className?: string;
}

export type PopoverButtonProps = Pick<
  ComponentProps<'button'>,
  'ref' | 'popoverTarget' | 'aria-expanded' | 'aria-controls'
>;

/**
 * A panel beside its button, in the browser's own top layer: nothing cuts it off, Escape and a click elsewhere close
 * it, and the focus goes back to the button.
 */
export function Popover({ label, button, children, edge = 'left', className }: PopoverProps): ReactNode {
  const id = useId();
  const anchor = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);

  useEffect(() => {
    if (!open) return;
    const follow = () => {
      if (anchor.current && panel.current) place(panel.current, anchor.current, edge);
    };
    follow();
    // It grows and shrinks with what it shows.
    const watched = new ResizeObserver(follow);
    if (panel.current) watched.observe(panel.current);
    addEventListener('resize', follow);
    return () => {
      watched.disconnect();
      removeEventListener('resize', follow);
    };
  }, [open, edge]);

  return (
    <>
      {button({ ref: anchor, popoverTarget: id, 'aria-expanded': open, 'aria-controls': id })}
      <div
        ref={panel}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        onToggle={(event: ToggleEvent) => setOpen(event.newState === 'open')}
        className={classNames(
          'thin-scroll fixed m-0 max-h-[calc(100dvh-1.5rem)] w-72 max-md:w-[calc(100vw-1.5rem)] overflow-y-auto rounded-control border border-line-2 bg-surface p-0 text-ink shadow-popover',
          className,
        )}
      >
        {open && children}
      </div>
    </>
  );
}

/** A part of a panel, with a line above it unless it is the first. */
export function PopoverPart({
  title,
  children,
  className,
}: {
  readonly title?: string;
  readonly children: ReactNode;
  readonly className?: string;
}): ReactNode {
  return (
    <div
      className={classNames(
        'flex flex-col gap-2 px-3.5 py-3 not-first:border-t not-first:border-line',
        className,
      )}
    >
      {title !== undefined && <p className="caption">{title}</p>}
      {children}
    </div>
  );
}
