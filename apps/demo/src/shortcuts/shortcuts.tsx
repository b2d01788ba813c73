import { Keyboard, X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { IconButton } from '../ui/icon-button';
import { Switch } from '../ui/switch';
import { useShortcutSwitch } from './shortcut-switch';
import { useShortcut } from './use-shortcut';

const shortcuts: readonly { readonly keys: readonly string[]; readonly what: string }[] = [
  { keys: ['Enter'], what: 'Send what you have written' },
  { keys: ['Shift', 'Enter'], what: 'A new line' },
  { keys: ['Esc'], what: 'Interrupt the avatar' },
];
const ofOneKey: typeof shortcuts = [
  { keys: ['Space'], what: 'Talk while you hold it' },
  { keys: ['M'], what: 'Microphone on, muted' },
  { keys: ['V'], what: 'Camera on, off' },
  { keys: ['C'], what: 'Captions on, off' },
  { keys: ['?'], what: 'This list' },
];

/** What the keyboard can do, behind a button and behind the question mark. */
export function Shortcuts({ className }: { readonly className?: string }): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const [on, setOn] = useShortcutSwitch();
  const open = () => dialog.current?.showModal();
  useShortcut('?', open);

  return (
    <>
      <IconButton
        label="Shortcuts"
        aria-haspopup="dialog"
        aria-keyshortcuts="?"
        onClick={open}
        look="quiet"
        {...(className !== undefined && { className })}
      >
        <Keyboard aria-hidden />
      </IconButton>
      <dialog
        ref={dialog}
        aria-labelledby="shortcuts-title"
        // A click on what lies around it.
        onClick={({ target, currentTarget }) => target === currentTarget && currentTarget.close()}
        onKeyDown={(event) => event.stopPropagation()}
        className="m-auto w-88 max-w-[calc(100vw-2rem)] rounded-control border border-line-2 bg-surface p-0 text-ink shadow-popover backdrop:bg-[#000]/40"
      >
        <div className="flex flex-col gap-3 px-5 py-4">
          <div className="flex items-center justify-between">
            <h2 id="shortcuts-title" className="text-base font-semibold">
              Shortcuts
            </h2>
            <button
              type="button"
              aria-label="Close"
              onClick={() => dialog.current?.close()}
              className="-mr-2 flex size-8 items-center justify-center rounded-control text-ink-2 hover:bg-sunken hover:text-ink"
            >
              <X aria-hidden className="size-4" />
            </button>
          </div>
          <Keys of={shortcuts} />
          <div className="-mx-5 border-t border-line" />
          <Switch
            label="Keys without Ctrl or Alt"
            note="Never while you write. Turn them off if you control the computer by voice."
            on={on}
            onChange={setOn}
          />
          <div className={on ? undefined : 'opacity-45'}>
            <Keys of={ofOneKey} />
          </div>
        </div>
      </dialog>
    </>
  );
}

function Keys({ of }: { readonly of: typeof shortcuts }): ReactNode {
  return (
    <dl className="flex flex-col gap-1.5 text-sm">
      {of.map(({ keys, what }) => (
        <div key={what} className="flex min-h-6 items-center justify-between gap-4">
          <dt className="text-ink-2">{what}</dt>
          <dd className="flex gap-1">
            {keys.map((key) => (
              <kbd
                key={key}
                className="flex h-6 min-w-6 items-center justify-center rounded-[2px] border border-line-2 px-1.5 font-sans text-2xs font-medium"
              >
                {key}
              </kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
