/** Makes the trace of a PHP exception about so many bytes long, by repeating or leaving out frames in its middle. */
export function resizeTrace(exception: string, bytes: number): string {
  const lines = exception.split('\n');
  const first = lines.findIndex((line) => line.startsWith('#0 '));
  const last = lines.findLastIndex((line) => /^#\d+ /.test(line));
  if (first < 0 || last - first < keptAtEnds * 2) return exception;
  const head = lines.slice(0, first + keptAtEnds);
  const tail = lines.slice(last - keptAtEnds);
  const middle = lines.slice(first + keptAtEnds, last - keptAtEnds);
  const frames: string[] = [];
  let left = bytes - [...head, ...tail].join('\n').length;
  for (let index = 0; left > 0; index += 1) {
    const frame = middle[index % middle.length] ?? '';
    frames.push(frame);
    left -= frame.length + 1;
  }
  return renumber([...head, ...frames, ...tail], first).join('\n');
}

const keptAtEnds = 3;

function renumber(lines: readonly string[], first: number): readonly string[] {
  let next = 0;
  return lines.map((line, index) => (index < first ? line : line.replace(/^#\d+/, () => `#${next++}`)));
}
