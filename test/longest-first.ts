import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files of the slowest tests. Begun last, one of them would keep one of two cores busy for half a minute after all else is done. */
const longest = ['durability', 'gpu-hostile-input', 'exports', 'tenants', 'synthesize', 'interleavings'];

/** Vitest goes by what earlier runs took, of which a clean checkout knows nothing, and then by the size of the files. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    // Projects stay one after the other.
    const projects = [...new Set(sorted.map(({ project }) => project))];
    return projects.flatMap((project) => {
      const own = sorted.filter((file) => file.project === project);
      return [...own.filter(isLong), ...own.filter((file) => !isLong(file))];
    });
  }
}

const isLong = ({ moduleId }: TestSpecification): boolean =>
  longest.some((name) => moduleId.endsWith(`/${name}.test.ts`));
