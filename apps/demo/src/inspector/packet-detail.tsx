import { CornerDownRight, X } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { classNames } from '../ui/class-names';
import { ackText } from './ack-sign';
import { type Ack, ackState } from './acks';
import { CopyButton } from './copy-button';
import { wholeFrame } from './frame-text';
import { factsOf } from './packet-facts';
import type { WireRow } from './wire-log';

interface PacketDetailProps {
  readonly row: WireRow;
  readonly ack: Ack | undefined;
  readonly now: number;
  readonly startedAt: number;
  readonly onSelect: (id: number) => void;
  readonly onClose: () => void;
}

/** One packet, whole. */
export function PacketDetail({ row, ack, now, startedAt, onSelect, onClose }: PacketDetailProps): ReactNode {
  const whole = useMemo(() => wholeFrame(row.record.data), [row]);
  return (
    <section
      aria-label="Packet"
      className="flex min-h-0 w-[min(38%,30rem)] shrink-0 flex-col border-l border-line max-md:absolute max-md:inset-0 max-md:z-10 max-md:w-auto max-md:border-l-0 max-md:bg-surface"
    >
      <header className="flex items-start gap-1 border-b border-line py-1.5 pr-2 pl-4">
        <dl className="flex flex-1 flex-wrap gap-x-4 text-xs">
          {factsOf(row, startedAt).map(([name, value]) => (
            <div key={name} className="flex gap-1.5">
              <dt className="text-ink-3">{name}</dt>
              <dd className="tabular font-mono [overflow-wrap:anywhere]">{value}</dd>
            </div>
          ))}
        </dl>
        <CopyButton text={whole} />
        <button
          type="button"
          aria-label="Close packet"
          onClick={onClose}
          className="size-6 shrink-0 rounded-control hover:bg-sunken"
        >
          <X aria-hidden className="mx-auto size-4" />
        </button>
      </header>
      {ack !== undefined && <AckLine ack={ack} id={row.id} now={now} onSelect={onSelect} />}
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and shall by keyboard too
        tabIndex={0}
        data-testid="frame"
        className="thin-scroll min-h-0 flex-1 overflow-auto px-4 py-2 font-mono text-xs whitespace-pre-wrap -outline-offset-2 [overflow-wrap:anywhere]"
      >
        {row.frame.json
          ? tokens(whole).map(({ text, kind }, index) => (
              <span key={index} className={colours[kind]}>
                {text}
              </span>
            ))
          : whole}
      </pre>
    </section>
  );
}

interface AckLineProps {
  readonly ack: Ack;
  readonly id: number;
  readonly now: number;
  readonly onSelect: (id: number) => void;
}

/** The other half of the pair, one click away. */
function AckLine({ ack, id, now, onSelect }: AckLineProps): ReactNode {
  const state = ackState(ack, now);
  const isAnswer = ack.answerId === id;
  const other = isAnswer ? ack.commandId : ack.answerId;
  const text = isAnswer ? `answers ${ack.name}, ${ackText(ack, state)}` : ackText(ack, state);
  return (
    <p className="flex flex-wrap items-center gap-x-3 border-b border-line px-4 py-1.5 text-xs">
      <span
        className={classNames(
          'tabular font-medium',
          state === 'missing' || state === 'refused' ? 'text-bad' : 'text-ink',
        )}
      >
        {text}
        {ack.code !== undefined && `, code ${ack.code}`}
        {state === 'unconfirmed' && ': none is promised for an action'}
      </span>
      {other !== undefined && (
        <button
          type="button"
          onClick={() => onSelect(other)}
          className="flex items-center gap-1 whitespace-nowrap text-ink-2 underline underline-offset-2 hover:text-ink"
        >
          <CornerDownRight aria-hidden className="size-3.5" />
          {isAnswer ? 'Show the command' : 'Show the ack'}
        </button>
      )}
    </p>
  );
}

type Kind = 'key' | 'string' | 'literal' | 'rest';
const colours: Readonly<Record<Kind, string>> = {
  key: 'text-ink-2',
  string: 'text-accent',
  literal: 'font-semibold text-ink',
  rest: 'text-ink-3',
};

/** Indented JSON, cut where its colour changes. */
function tokens(json: string): { readonly text: string; readonly kind: Kind }[] {
  const pieces = json.split(/("(?:[^"\\]|\\.)*"(?:\s*:)?|\b(?:true|false|null)\b|-?\d[\d.eE+-]*)/);
  return pieces.filter((text) => text !== '').map((text) => ({ text, kind: kindOf(text) }));
}

function kindOf(text: string): Kind {
  if (text.startsWith('"')) return text.endsWith(':') ? 'key' : 'string';
  return /^[\dtfn-]/.test(text) ? 'literal' : 'rest';
}
