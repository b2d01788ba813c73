/** Two lines in a document, with what a tool writes between them. */

/** `document` with what stands between the marks of this name replaced. */
export function replaceBetweenMarks(document: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}:begin, written by \`pnpm proof\` -->`, `<!-- ${name}:end -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The document has no marks:\n${begin}\n${end}`);
  return `${document.slice(0, from + begin.length)}\n\n${content}\n\n${document.slice(to)}`;
}
