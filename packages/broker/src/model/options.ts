/** A language model behind the broker: everything but the conversation is the server's. */
export interface ModelProxyOptions {
  /** Of an OpenAI-compatible API, such as `https://api.openai.com/v1`; `http:` on loopback only. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  /** The system prompt. @default none */
  readonly system?: string;
  /** Of one answer. @default 1024 */
  readonly maxAnswerTokens?: number;
  /**
   * The name under which `maxAnswerTokens` is sent. OpenAI calls `max_tokens` deprecated, and its reasoning models
   * refuse it; Ollama lists `max_tokens` alone, and Mistral refuses the newer name. @default 'max_completion_tokens'
   */
  readonly tokenLimitField?: 'max_completion_tokens' | 'max_tokens';
  /**
   * Whether `stream_options: { include_usage: true }` is sent. OpenAI, vLLM and Ollama count tokens in a stream only
   * then; Mistral does it always, and refuses the field. Without a count the budget goes by an estimate. @default true
   */
  readonly asksForUsage?: boolean;
  /** 0 to 2. @default the model's own */
  readonly temperature?: number;
  /** Tool definitions as the API takes them. @default none */
  readonly tools?: readonly Readonly<Record<string, unknown>>[];
  /**
   * Tokens in and out, as the model counts them. Looked at before an answer and added to after it, so that the last
   * one may go over. @default 50000 for a session, 200000 for a caller and day (24 h)
   */
  readonly budget?: { readonly tokensPerSession?: number; readonly tokensPerCallerAndDay?: number };
  /** Of the conversation that a page sends. @default 64 messages, 32768 characters in all */
  readonly maxMessages?: number;
  readonly maxCharacters?: number;
  /** Until the first byte of an answer, in milliseconds. @default 15000 */
  readonly timeoutMs?: number;
  /** Between two pieces of an answer, in milliseconds. Comments that keep a connection alive are none. @default 15000 */
  readonly silenceMs?: number;
  /**
   * Answers to first questions that many ask, by what was asked. Only conversations of one message are looked up, by
   * their exact text but for case and white space around it. What is kept: complete answers without tool calls, of up
   * to 16384 characters, to questions of up to 512; in this process only. An answer from here costs no budget.
   * @default none
   */
  readonly cache?: {
    /** 1 to 10000; the one that was not used for longest goes first. */
    readonly entries: number;
    readonly ttlMs: number;
  };
  /** @default the platform's */
  readonly fetch?: typeof fetch;
}
