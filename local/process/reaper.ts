import { type ChildProcess, spawn } from 'node:child_process';

// `kill -9` of the local cloud closes the pipe that this reads, whatever its instances are doing: one that is stuck in native code
// would never notice by itself.
const script = `
while read -r sign group; do
  if [ "$sign" = + ]; then groups="$groups $group"; else
    left=; for other in $groups; do [ "$other" = "$group" ] || left="$left $other"; done; groups=$left
  fi
done
for group in $groups; do kill -s KILL -- "-$group"; done`;

/** A shell beside the local cloud that kills the process groups it has been told of when the local cloud is gone. */
export class Reaper {
  readonly #shell: ChildProcess;

  constructor() {
    // A session of its own, so that Ctrl-C in a terminal does not end it first.
    this.#shell = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: {} });
    this.#shell.on('error', () => undefined);
    this.#shell.stdin?.on('error', () => undefined);
    this.#shell.unref();
  }

  watch(group: number): void {
    this.#shell.stdin?.write(`+ ${group}\n`);
  }

  forget(group: number): void {
    this.#shell.stdin?.write(`- ${group}\n`);
  }

  stop(): void {
    this.#shell.stdin?.end();
  }
}
