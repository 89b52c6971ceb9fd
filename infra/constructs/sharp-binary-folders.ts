import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildOnce } from './build-once.ts';
import { lockedPackage } from './locked-package.ts';
import { type NodeArchitecture, sharpBinaries } from './native-modules.ts';
import { repositoryRoot } from './repository-root.ts';

/**
 * Folders that hold sharp's native packages for Linux on this CPU. npm installs only the ones for the machine it runs on; the others
 * are fetched into the build cache, byte for byte as package-lock.json pins them.
 * @throws when they have to be fetched and no registry answers
 */
export function sharpBinaryFolders(architecture: NodeArchitecture): readonly string[] {
  const names = sharpBinaries(architecture);
  const installed = join(repositoryRoot, 'node_modules');
  const modules = names.every((name) => existsSync(join(installed, name)))
    ? installed
    : join(fetched(architecture, names), 'node_modules');
  return names.map((name) => join(modules, name));
}

function fetched(architecture: NodeArchitecture, names: readonly string[]): string {
  const pinned = names.map((name) => ({ name, ...lockedPackage(name) }));
  const dependencies = Object.fromEntries(pinned.map(({ name, version }) => [name, version]));
  const version = pinned.map((entry) => entry.version).join('-');
  return buildOnce(`sharp-linux-${architecture}-${version}`, (folder) => {
    const project = { name: 'sharp-binaries', version: '1.0.0', private: true, dependencies };
    // npm refuses a package whose lockfile entry names another CPU, whatever --cpu says, so these entries leave cpu and os out.
    // The digests stay, and npm checks them.
    const packages = Object.fromEntries(
      pinned.map(({ name, version, integrity }) => [`node_modules/${name}`, { version, integrity }]),
    );
    const lockfile = { ...project, lockfileVersion: 3, requires: true, packages: { '': project, ...packages } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lockfile));
    try {
      // npm's own patience with a registry that is not there is more than a minute.
      const retries = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=2000'];
      execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...retries], {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
    } catch (cause) {
      throw new Error(
        `cannot fetch ${names.join(' and ')}, which the ${architecture} functions need and this machine does not have: run once ` +
          'with the npm registry in reach (the build cache keeps them), or synthesize for this machine with -c architecture=' +
          (process.arch === 'arm64' ? 'arm64' : 'x86_64'),
        { cause },
      );
    }
  });
}
