import { X } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { count, duration } from '../ui/format';
import { readFrame } from './frame-text';
import type { WireRow } from './wire-log';

interface PacketDetailProps {
  readonly row: WireRow;
  readonly startedAt: number;
  readonly onClose: () => void;
}

/** One packet, whole. */
export function PacketDetail({ row, startedAt, onClose }: PacketDetailProps): ReactNode {
  const { record } = row;
  const frame = useMemo(() => readFrame(record.data), [record]);
  const facts = [
    ['direction', record.direction],
    ['at', duration(record.at - startedAt)],
    ['bytes', count(record.data.byteLength)],
    ['lane', record.lane],
    ['message', frame.messageId],
    ['part', frame.part],
    ['from', record.from],
  ].filter(([, value]) => value !== undefined);

  return (
    <section
      aria-label="Packet"
      className="flex min-h-0 w-[min(38%,30rem)] shrink-0 flex-col border-l border-line max-md:absolute max-md:inset-0 max-md:w-auto max-md:border-l-0 max-md:bg-surface"
    >
      <header className="flex items-start gap-3 border-b border-line px-4 py-1.5">
        <dl className="flex flex-1 flex-wrap gap-x-4 text-xs">
          {facts.map(([name, value]) => (
            <div key={name} className="flex gap-1.5">
              <dt className="text-ink-3">{name}</dt>
              <dd className="tabular font-mono">{value}</dd>
            </div>
          ))}
        </dl>
        <button
          type="button"
          aria-label="Close packet"
          onClick={onClose}
          className="-mr-1.5 size-6 shrink-0 rounded-control hover:bg-sunken"
        >
          <X aria-hidden className="mx-auto size-4" />
        </button>
      </header>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and shall by keyboard too
        tabIndex={0}
        data-testid="frame"
        className="thin-scroll min-h-0 flex-1 overflow-auto px-4 py-2 font-mono text-xs whitespace-pre-wrap -outline-offset-2 [overflow-wrap:anywhere]"
      >
        {frame.json
          ? tokens(frame.whole).map(({ text, kind }, index) => (
              <span key={index} className={colours[kind]}>
                {text}
              </span>
            ))
          : frame.whole}
      </pre>
    </section>
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
