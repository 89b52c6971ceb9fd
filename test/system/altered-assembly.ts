import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

interface Statement {
  readonly Action: string | readonly string[];
}
interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>> & { PolicyDocument?: { Statement: Statement[] } };
}
interface Template {
  readonly Resources: Record<string, Resource>;
}
interface AssetManifest {
  readonly files: Record<string, { displayName?: string; source: { path: string } }>;
}

/** A copy of a cloud assembly beside the original, in which tests break what an operator, a disk or an account might have broken. */
export class AlteredAssembly {
  readonly folder: string;

  /** @param original folder of one assembly, e.g. `cdk.out/assembly-dev` */
  constructor(original: string, name: string) {
    this.folder = join(dirname(original), name);
    cpSync(original, this.folder, { recursive: true });
  }

  /** Takes one action out of the policies of the roles in these stacks. @throws Error when none of them has it */
  revoke(stack: RegExp, policy: RegExp, action: string): void {
    let revoked = 0;
    this.#edit<Template>(stack, '.template.json', ({ Resources }) => {
      for (const [id, { Type, Properties }] of Object.entries(Resources)) {
        const document = Properties?.PolicyDocument;
        if (Type !== 'AWS::IAM::Policy' || document === undefined || !policy.test(id)) continue;
        document.Statement = document.Statement.flatMap((statement) => {
          const actions = [statement.Action].flat();
          if (!actions.includes(action)) return [statement];
          revoked++;
          const left = actions.filter((other) => other !== action);
          return left.length === 0 ? [] : [{ ...statement, Action: left }];
        });
      }
    });
    if (revoked === 0) throw new Error(`no policy ${policy} in ${stack} allows ${action}`);
  }

  /** Gives the containers of a stack an environment variable. */
  setContainerVariable(stack: RegExp, name: string, value: string): void {
    this.#edit<Template>(stack, '.template.json', ({ Resources }) => {
      for (const { Type, Properties } of Object.values(Resources)) {
        if (Type !== 'AWS::SageMaker::Model') continue;
        const container = Properties?.['PrimaryContainer'] as { Environment?: Record<string, string> };
        container.Environment = { ...container.Environment, [name]: value };
      }
    });
  }

  /** Unpacks the archive of a model, lets `change` the model's folder in it, and packs it again. */
  repackArchive(model: string, change: (repository: string) => void): void {
    this.changeArchive(model, (archive) => {
      const unpacked = `${archive}.d`;
      mkdirSync(unpacked);
      execFileSync('tar', ['-xzf', archive, '-C', unpacked]);
      change(join(unpacked, model));
      execFileSync('tar', ['-czf', archive, '--format=ustar', '-C', unpacked, model]);
      rmSync(unpacked, { recursive: true });
    });
  }

  /** Lets `change` a copy of the `tar.gz` that a model's endpoint gets. */
  changeArchive(model: string, change: (archive: string) => void): void {
    const archive = join(this.folder, `altered-${model}.tar.gz`);
    this.#edit<AssetManifest>(/./, '.assets.json', ({ files }) => {
      for (const { displayName, source } of Object.values(files)) {
        if (displayName !== `${model}.tar.gz`) continue;
        cpSync(join(this.folder, source.path), archive);
        source.path = relative(this.folder, archive);
      }
    });
    change(archive);
  }

  /** Adds CommonJS to the end of a function's code. @throws Error when there is no function of this name */
  appendToFunction(name: string, code: string): void {
    const folder = join(this.folder, `altered-${name}`);
    this.#edit<AssetManifest>(/./, '.assets.json', ({ files }) => {
      for (const { displayName, source } of Object.values(files)) {
        if (displayName !== `${name}/Function/Code`) continue;
        cpSync(join(this.folder, source.path), folder, { recursive: true });
        source.path = relative(this.folder, folder);
      }
    });
    appendFileSync(join(folder, 'index.js'), `\n${code}\n`);
  }

  #edit<Content>(stack: RegExp, ending: string, change: (content: Content) => void): void {
    for (const name of readdirSync(this.folder)) {
      if (!name.endsWith(ending) || !stack.test(basename(name, ending))) continue;
      const file = join(this.folder, name);
      const content = JSON.parse(readFileSync(file, 'utf8')) as Content;
      change(content);
      writeFileSync(file, JSON.stringify(content));
    }
  }
}
