import { type AvatarAction, EXPRESSIONS, GESTURES } from '@avatarwire/core';
import { useAvatarSession, useAvatarState } from '@avatarwire/react';
import { Check, Minus } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useProblems } from '../session/problems-context';
import { classNames } from '../ui/class-names';
import { expressionLabels, gestureLabels } from './labels';

type Outcome = 'asked' | 'acknowledged' | 'unacknowledged';
interface LastAction {
  readonly label: string;
  readonly outcome: Outcome;
}

const outcomeTexts: Readonly<Record<Outcome, string>> = {
  asked: 'sent, waiting for an answer',
  acknowledged: 'acknowledged',
  unacknowledged: 'sent; this avatar acknowledges no actions',
};

/** Gestures and expressions, and what became of the last one. */
export function Actions(): ReactNode {
  const session = useAvatarSession();
  const { attempt } = useProblems();
  const possible = useAvatarState(({ state }) => state === 'live');
  const [last, setLast] = useState<LastAction>();

  const ask = async (label: string, action: AvatarAction) => {
    setLast({ label, outcome: 'asked' });
    const done = await attempt(() => session.setAction(action));
    // Another may have been asked for meanwhile: its own answer comes.
    setLast((latest) => {
      if (latest?.label !== label) return latest;
      return done && { label, outcome: done.acknowledged ? 'acknowledged' : 'unacknowledged' };
    });
  };

  return (
    <div className="flex flex-col gap-2 xl:gap-5">
      <Row label="Gesture">
        {GESTURES.map((gesture) => (
          <Action
            key={gesture}
            label={gestureLabels[gesture]}
            last={last}
            possible={possible}
            onAsk={(label) => ask(label, { gesture })}
          />
        ))}
      </Row>
      <Row label="Expression">
        {EXPRESSIONS.map((expression) => (
          <Action
            key={expression}
            label={expressionLabels[expression]}
            last={last}
            possible={possible}
            onAsk={(label) => ask(label, { expression })}
          />
        ))}
      </Row>
      <p role="status" data-testid="action-outcome" className="min-h-9 text-xs text-ink-3 max-xl:min-h-4">
        {last && `${last.label}: ${outcomeTexts[last.outcome]}.`}
      </p>
    </div>
  );
}

function Row({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactNode {
  const id = useId();
  return (
    <fieldset
      aria-labelledby={id}
      className="flex items-baseline gap-x-4 max-md:flex-col max-md:gap-y-1 xl:flex-col xl:items-stretch xl:gap-y-1"
    >
      <span id={id} className="caption w-18 shrink-0">
        {label}
      </span>
      <div className="-ml-2 flex flex-wrap xl:grid xl:grid-cols-2">{children}</div>
    </fieldset>
  );
}

interface ActionProps {
  readonly label: string;
  readonly last: LastAction | undefined;
  readonly possible: boolean;
  readonly onAsk: (label: string) => Promise<void>;
}

function Action({ label, last, possible, onAsk }: ActionProps): ReactNode {
  const outcome = last?.label === label ? last.outcome : undefined;
  return (
    <button
      type="button"
      disabled={!possible}
      onClick={() => void onAsk(label)}
      className={classNames(
        'inline-flex h-7 items-center gap-1 rounded-control px-2 text-sm font-medium whitespace-nowrap transition-colors enabled:hover:bg-sunken disabled:text-ink-3 max-md:h-9',
        outcome === 'acknowledged' && 'text-accent',
        outcome === 'asked' && 'bg-sunken',
      )}
    >
      {label}
      {outcome === 'acknowledged' && <Check aria-hidden className="size-3.5" />}
      {outcome === 'unacknowledged' && <Minus aria-hidden className="size-3.5 text-ink-3" />}
    </button>
  );
}
