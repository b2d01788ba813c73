import { useAvatarState } from '@avatarwire/react';
import type { ReactNode } from 'react';
import { classNames } from '../ui/class-names';
import { Actions } from './actions';
import { LanguageSelect } from './language-select';
import { ModeSwitch } from './mode-switch';
import { SpeedSlider } from './speed-slider';

/** How the avatar behaves: each control is one command on the wire. */
export function Direction({ className }: { readonly className?: string }): ReactNode {
  const possible = useAvatarState(({ state }) => state === 'live');
  return (
    <section
      aria-label="Direction"
      // It may scroll: while its controls are off, nothing in it would take the focus.
      tabIndex={possible ? undefined : 0}
      className={classNames(
        'thin-scroll flex shrink-0 flex-col gap-4 border-t border-line px-4 py-4',
        'max-md:min-h-0 max-md:flex-1 max-md:overflow-y-auto max-md:border-t-0',
        'xl:w-65 xl:gap-6 xl:overflow-y-auto xl:border-t-0 xl:border-l xl:px-5 xl:py-5',
        className,
      )}
    >
      <div className="grid grid-cols-[minmax(11rem,1.3fr)_minmax(7rem,1.2fr)_minmax(6rem,0.8fr)] items-end gap-x-6 gap-y-4 max-md:grid-cols-1 xl:grid-cols-1 xl:gap-y-6">
        <ModeSwitch />
        <SpeedSlider />
        <LanguageSelect />
      </div>
      <Actions />
    </section>
  );
}
