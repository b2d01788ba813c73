import { useAvatarState } from '@avatarwire/react';
import type { ReactNode } from 'react';
import { useSayMode } from '../session/say-mode';
import { useCan, useServiceFacts } from '../session/service-facts';
import { classNames } from '../ui/class-names';
import { Actions } from './actions';
import { LanguageSelect } from './language-select';
import { Missing } from './missing';
import { ModeSwitch } from './mode-switch';
import { SpeedSlider } from './speed-slider';

/** How the avatar behaves: each control is one command on the wire, and what it has no command for has no control. */
export function Direction({ className }: { readonly className?: string }): ReactNode {
  const { name } = useServiceFacts();
  const can = useCan();
  const { switchable } = useSayMode();
  const live = useAvatarState(({ state }) => state === 'live');
  const controls = live && (switchable || can.setParams || can.setAction);
  return (
    <section
      aria-label="Direction"
      // It may scroll: while its controls are off, nothing in it would take the focus.
      tabIndex={controls ? undefined : 0}
      className={classNames(
        'thin-scroll flex shrink-0 flex-col gap-4 border-t border-line px-4 py-4',
        'max-md:min-h-0 max-md:flex-1 max-md:overflow-y-auto max-md:border-t-0',
        'xl:w-65 xl:gap-6 xl:overflow-y-auto xl:border-t-0 xl:border-l xl:px-5 xl:py-5',
        className,
      )}
    >
      {can.setParams ? (
        <div className="grid grid-cols-[minmax(11rem,1.3fr)_minmax(7rem,1.2fr)_minmax(6rem,0.8fr)] items-end gap-x-6 gap-y-4 max-md:grid-cols-1 xl:grid-cols-1 xl:gap-y-6">
          <ModeSwitch />
          <SpeedSlider />
          <LanguageSelect />
        </div>
      ) : (
        <div className="flex gap-x-10 gap-y-5 max-md:flex-col xl:flex-col xl:gap-y-6">
          {switchable && <ModeSwitch />}
          <Missing name={name} can={can} className="flex-1" />
        </div>
      )}
      {can.setAction && <Actions />}
    </section>
  );
}
