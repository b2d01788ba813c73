import { Moon, Sun } from 'lucide-react';
import type { ReactNode, RefCallback } from 'react';
import type { Accounts } from './choice/accounts';
import { type DemoProvider, PROVIDERS } from './choice/provider';
import { providerText } from './choice/provider-text';
import { Segmented } from './ui/segmented';
import { useTheme } from './ui/theme';

interface HeaderProps {
  readonly accounts: Accounts;
  readonly provider: DemoProvider;
  readonly choose: (provider: DemoProvider) => void;
  /** Where the session shows how it is. */
  readonly statusRef: RefCallback<HTMLElement>;
}

export function Header({ accounts, provider, choose, statusRef }: HeaderProps): ReactNode {
  return (
    <header className="flex shrink-0 items-center gap-x-6 gap-y-3 border-b border-line px-4 py-3 max-md:flex-wrap max-md:gap-x-3 max-md:py-2.5">
      <Wordmark />
      <Segmented
        label="Provider"
        value={provider}
        options={PROVIDERS.map((value) => ({ value, ...providerText(value, accounts) }))}
        onChange={choose}
        className="max-md:order-3 max-md:w-full"
      />
      <div className="ml-auto flex items-center gap-3">
        <div ref={statusRef} />
        <ThemeButton />
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
      className="-mr-1.5 flex size-9 items-center justify-center rounded-control text-ink-2 hover:bg-sunken hover:text-ink"
    >
      {theme === 'dark' ? (
        <Sun aria-hidden className="size-4.5" />
      ) : (
        <Moon aria-hidden className="size-4.5" />
      )}
    </button>
  );
}
