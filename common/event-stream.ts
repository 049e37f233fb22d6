/** One event of a stream of server-sent events. */
export interface StreamedEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/**
 * Reads server-sent events from text however it was cut: hand it every piece in
 * turn, and it gives the events that are whole. Source: WHATWG HTML §9.2.6.
 */
export function eventStreamReader(): (text: string) => readonly StreamedEvent[] {
  let pending = '';
  return (text) => {
    const blocks = (pending + text).split('\n\n');
    pending = blocks.pop() ?? '';
    return blocks.flatMap(readBlock);
  };
}

/** Comments, and blocks without data, are no events. */
function readBlock(block: string): readonly StreamedEvent[] {
  const fields = block.split('\n').flatMap((line) => {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  const data = fields.filter(([name]) => name === 'data').map(([, value]) => value);
  if (data.length === 0) return [];
  const last = (name: string) => fields.findLast(([each]) => each === name)?.[1];
  return [{ id: last('id'), event: last('event') ?? 'message', data: data.join('\n') }];
}
