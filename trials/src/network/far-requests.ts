/** What the far side is told, over the channel between parent and child. */

export type FarRequest =
  | { readonly do: 'open'; readonly room: string }
  | { readonly do: 'where' }
  | { readonly do: 'report' }
  | { readonly do: 'leave-room' }
  | { readonly do: 'close' };

export interface Asked {
  readonly id: number;
  readonly request: FarRequest;
}

export interface Answered {
  readonly id: number;
  readonly answer?: unknown;
  readonly problem?: string;
}
