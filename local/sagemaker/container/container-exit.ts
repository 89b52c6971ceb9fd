/** How the process of a container ended, in plain words. */
export interface ContainerExit {
  /** e.g. `it exited with code 1`, `it was ended by SIGKILL` */
  readonly how: string;
  /** The last lines of its error output, oldest first. */
  readonly lastLines: readonly string[];
}
