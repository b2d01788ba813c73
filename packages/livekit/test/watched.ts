/** Whether it has settled by now. */
export function watched(promise: Promise<unknown>): { readonly settled: boolean } {
  const state = { settled: false };
  const mark = () => {
    state.settled = true;
  };
  promise.then(mark, mark);
  return state;
}
