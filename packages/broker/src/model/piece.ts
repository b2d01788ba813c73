/** One piece of a model's answer: what of an event of its stream is used. */

import * as v from 'valibot';

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

export interface ToolCallPart {
  readonly index: number;
  readonly id?: string;
  readonly type?: 'function';
  readonly function?: { readonly name?: string; readonly arguments?: string };
}

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

export interface Piece {
  readonly delta?: {
    readonly role?: 'assistant';
    readonly content?: string;
    readonly tool_calls?: readonly ToolCallPart[];
  };
  readonly finishReason?: FinishReason;
  readonly usage?: Usage;
}

/** Absent and `null` are the same: servers differ. */
const maybe = <T>(schema: v.GenericSchema<unknown, T>) =>
  v.pipe(
    v.nullish(schema),
    v.transform((value) => value ?? undefined),
  );

// Summed up in the store: a number that cannot be right counts as none.
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000_000));

const toolCall = v.object({
  index: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(127)),
  id: maybe(v.string()),
  type: v.fallback(maybe(v.literal('function')), 'function'),
  function: maybe(v.object({ name: maybe(v.string()), arguments: maybe(v.string()) })),
});

const choice = v.object({
  index: v.optional(v.number(), 0),
  delta: maybe(
    v.object({
      role: v.fallback(maybe(v.literal('assistant')), undefined),
      content: maybe(v.string()),
      tool_calls: maybe(v.array(toolCall)),
    }),
  ),
  finish_reason: v.fallback(maybe(v.picklist(['stop', 'length', 'tool_calls', 'content_filter'])), undefined),
});

type Delta = NonNullable<v.InferOutput<typeof choice>['delta']>;

const event = v.object({
  choices: maybe(v.array(choice)),
  usage: v.fallback(
    maybe(v.object({ prompt_tokens: count, completion_tokens: count, total_tokens: count })),
    undefined,
  ),
});

/** @returns undefined for what is no piece of a chat completion */
export function readPiece(data: string): Piece | undefined {
  const result = v.safeParse(event, parsed(data));
  if (!result.success) return undefined;
  const { choices = [], usage } = result.output;
  const first = choices.find(({ index }) => index === 0);
  return present({
    delta: first?.delta && deltaOf(first.delta),
    finishReason: first?.finish_reason,
    usage,
  });
}

/** Whether there is anything in it for a page. */
export function shows({ delta = {}, finishReason, usage }: Piece): boolean {
  return Object.keys(delta).length > 0 || finishReason !== undefined || usage !== undefined;
}

/** Whether a server reports, within its stream, that it failed. */
export function reportsFailure(data: string): boolean {
  const value = parsed(data);
  return typeof value === 'object' && value !== null && Boolean(Reflect.get(value, 'error'));
}

function deltaOf({ role, content, tool_calls = [] }: Delta): Piece['delta'] {
  // Servers that show how a model thinks send it beside an empty content.
  const isNothing = role === undefined && content === '' && tool_calls.length === 0;
  if (isNothing) return undefined;
  return {
    ...present({ role, content }),
    ...(tool_calls.length > 0 && { tool_calls: tool_calls.map(presentCall) }),
  };
}

function presentCall({ function: called, ...call }: v.InferOutput<typeof toolCall>): ToolCallPart {
  return { ...present(call), ...(called && { function: present(called) }) };
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

type Present<T extends object> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
