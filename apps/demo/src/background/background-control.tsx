import { Wallpaper } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { classNames } from '../ui/class-names';
import { IconButton } from '../ui/icon-button';
import { Popover, PopoverPart } from '../ui/popover';
import { Segmented } from '../ui/segmented';
import { backdrops, isCssBackground } from './backdrops';
import type { Background } from './background-settings';

interface BackgroundControlProps {
  readonly background: Background;
  readonly onChange: (background: Background) => void;
  /** Whether the avatar is drawn in this page, and can step before a green screen. */
  readonly drawnHere: boolean;
}

export function BackgroundControl(props: BackgroundControlProps): ReactNode {
  return (
    <Popover
      edge="right"
      label="Background options"
      button={(opens) => (
        <IconButton label="Background" size="small" {...opens}>
          <Wallpaper aria-hidden />
        </IconButton>
      )}
    >
      <BackgroundOptions {...props} />
    </Popover>
  );
}

const asSent = { value: 'sent', label: 'As sent' } as const;
const green = { value: 'green', label: 'Green' } as const;
const removed = { value: 'removed', label: 'Removed' } as const;

const modes = [
  { value: 'chroma', label: 'Soft' },
  { value: 'threshold', label: 'Threshold' },
] as const;

const modeNotes = {
  chroma: 'By distance of colour, on the GPU: soft edges, and no green on the cheeks.',
  threshold: 'The rule of HeyGen’s public demo, for pages that must look as before.',
};

function BackgroundOptions({ background, onChange, drawnHere }: BackgroundControlProps): ReactNode {
  const { picture, mode, backdrop } = background;
  return (
    <>
      <PopoverPart title="Background">
        <Segmented
          label="Background"
          value={picture}
          options={drawnHere ? [asSent, green, removed] : [asSent, removed]}
          onChange={(chosen) => onChange({ ...background, picture: chosen })}
        />
        <p className="text-xs text-pretty text-ink-3">
          {drawnHere
            ? 'Services can send avatars before a green screen; the drawn one steps before one too.'
            : 'Takes the green out, where this avatar stands before a green screen.'}
        </p>
      </PopoverPart>
      {picture === 'removed' && (
        <>
          <PopoverPart title="Behind it">
            <Backdrops chosen={backdrop} onChoose={(css) => onChange({ ...background, backdrop: css })} />
          </PopoverPart>
          <PopoverPart title="Method">
            <Segmented
              label="Method"
              value={mode}
              options={modes}
              onChange={(chosen) => onChange({ ...background, mode: chosen })}
            />
            <p className="text-xs text-pretty text-ink-3">{modeNotes[mode]}</p>
          </PopoverPart>
        </>
      )}
    </>
  );
}

interface BackdropsProps {
  readonly chosen: string;
  readonly onChoose: (css: string) => void;
}

function Backdrops({ chosen, onChoose }: BackdropsProps): ReactNode {
  const id = useId();
  const own = backdrops.every(({ css }) => css !== chosen);
  const [text, setText] = useState(own ? chosen : '');
  const wrong = text.trim() !== '' && !isCssBackground(text);

  const write = (written: string) => {
    setText(written);
    if (written.trim() !== '' && isCssBackground(written)) onChoose(written);
  };
  return (
    <>
      <fieldset className="grid grid-cols-5 gap-2">
        <legend className="sr-only">Behind the avatar</legend>
        {backdrops.map(({ name, css }) => (
          <label
            key={name}
            title={name}
            style={{ background: css }}
            className={classNames(
              'h-9 rounded-control border border-line-2 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
              css === chosen && 'ring-2 ring-ink ring-offset-2 ring-offset-surface',
            )}
          >
            <input
              type="radio"
              name={id}
              aria-label={name}
              className="sr-only"
              checked={css === chosen}
              onChange={() => {
                setText('');
                onChoose(css);
              }}
            />
          </label>
        ))}
      </fieldset>
      <label htmlFor={`${id}-css`} className="caption mt-1">
        Or any CSS background
      </label>
      <input
        id={`${id}-css`}
        type="text"
        value={text}
        spellCheck={false}
        autoComplete="off"
        placeholder="linear-gradient(…)"
        aria-invalid={wrong}
        aria-describedby={wrong ? `${id}-wrong` : undefined}
        onChange={({ target }) => write(target.value)}
        className="h-8 w-full rounded-control border border-line-2 bg-surface px-2.5 font-mono text-xs placeholder:text-ink-3 hover:border-ink aria-invalid:border-bad"
      />
      {wrong && (
        <p id={`${id}-wrong`} className="text-xs text-bad">
          The browser does not take this as a background.
        </p>
      )}
    </>
  );
}
