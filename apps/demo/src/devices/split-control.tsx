import { ChevronUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '../ui/class-names';
import { IconButton } from '../ui/icon-button';
import { Popover } from '../ui/popover';
import type { DeviceWord } from './device-texts';

interface SplitControlProps {
  readonly label: string;
  readonly word: DeviceWord;
  readonly pressed: boolean;
  readonly shortcut?: string;
  readonly onPress: () => void;
  /** The sign, and what is drawn over it. */
  readonly children: ReactNode;
  /** What the second half opens. */
  readonly options: ReactNode;
}

const tones = { rest: 'text-ink-2', sends: 'text-ink', warn: 'text-warn', bad: 'text-bad' };

/** Two halves: one switches the device, the other says how it stands and opens its options. */
export function SplitControl(props: SplitControlProps): ReactNode {
  const { label, word, pressed, shortcut, onPress, children, options } = props;
  const name = `${label} options: ${word.word}`;
  return (
    <div className="flex">
      <IconButton
        label={label}
        title={shortcut === undefined ? label : `${label} (${shortcut.toUpperCase()})`}
        aria-keyshortcuts={shortcut}
        pressed={pressed}
        onClick={onPress}
        className="rounded-r-none focus-visible:z-10"
      >
        {children}
      </IconButton>
      <Popover
        label={`${label} options`}
        button={(opens) => (
          <button
            type="button"
            {...opens}
            aria-label={name}
            title={name}
            className="-ml-px flex h-10 items-center gap-1 rounded-r-control border border-line-2 bg-surface px-1.5 text-ink-2 hover:border-ink hover:text-ink aria-expanded:border-ink"
          >
            <span
              className={classNames(
                'hidden min-w-13 pl-0.5 text-left text-sm font-medium whitespace-nowrap @2xl:inline-block',
                tones[word.tone],
              )}
            >
              {word.word}
            </span>
            <ChevronUp aria-hidden className="size-3.5" />
          </button>
        )}
      >
        {options}
      </Popover>
    </div>
  );
}
