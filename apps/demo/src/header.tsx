import { Moon, Sun } from 'lucide-react';
import type { ReactNode, RefCallback } from 'react';
import type { Choice, Choices } from './choice/choice';
import { ProviderPicker } from './choice/provider-picker';
import { ServicePicker } from './choice/service-picker';
import { Shortcuts } from './shortcuts/shortcuts';
import { classNames } from './ui/class-names';
import { useTheme } from './ui/theme';

interface HeaderProps {
  readonly choices: Choices;
  readonly choice: Choice;
  readonly onChoose: (choice: Choice) => void;
  /** Where the session shows how it is. */
  readonly statusRef: RefCallback<HTMLElement>;
}

export function Header({ choices, choice, onChoose, statusRef }: HeaderProps): ReactNode {
  const offer = choices.find((each) => each.service === choice.service) ?? choices[0];
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-6 gap-y-3 border-b border-line px-4 py-3 max-md:gap-y-2.5 max-md:py-2.5">
      <Wordmark />
      <div
        className={classNames(
          'flex gap-x-6 gap-y-2 max-md:order-3 max-md:w-full max-md:flex-col',
          // In a line of their own where there is no room beside the rest.
          choices.length > 3 ? 'max-xl:order-3 max-xl:w-full' : 'max-lg:order-3 max-lg:w-full',
        )}
      >
        <ServicePicker choices={choices} choice={choice} onChoose={onChoose} />
        <ProviderPicker offer={offer} choice={choice} onChoose={onChoose} />
      </div>
      <div className="ml-auto flex items-center gap-3">
        <div ref={statusRef} />
        <div className="-mr-1.5 flex">
          <Shortcuts className="max-md:hidden" />
          <ThemeButton />
        </div>
      </div>
    </header>
  );
}

function Wordmark(): ReactNode {
  return (
    <h1 className="flex items-center gap-2 text-lg font-semibold tracking-[-0.03em]">
      <svg
        aria-hidden
        viewBox="0 0 28 20"
        className="h-5 w-7 text-accent"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.25"
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        <path d="M1 10h5l3-7 5 15 4-12 2 4h7" />
      </svg>
      avatarwire
    </h1>
  );
}

function ThemeButton(): ReactNode {
  const [theme, setTheme] = useTheme();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      aria-label={`Use the ${other} theme`}
      onClick={() => setTheme(other)}
      className="flex size-10 items-center justify-center rounded-control text-ink-2 hover:bg-sunken hover:text-ink"
    >
      {theme === 'dark' ? (
        <Sun aria-hidden className="size-4.5" />
      ) : (
        <Moon aria-hidden className="size-4.5" />
      )}
    </button>
  );
}
