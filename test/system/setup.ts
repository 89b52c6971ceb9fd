import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Demo, MaasProcess } from './maas-process.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The platform that the system tests share. */
    maas: { readonly data: string; readonly demo: Demo; readonly printed: string };
  }
}

/** Starts one platform for all system tests that do not need one of their own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Within the project, as a newcomer's .maas is: what lies above the bundles must not matter.
  mkdirSync('.build', { recursive: true });
  const data = mkdtempSync(resolve('.build/system-'));
  const maas = await MaasProcess.start(data);
  project.provide('maas', { data, demo: maas.demo, printed: maas.printed });
  return async () => {
    await maas.end();
    rmSync(data, { recursive: true, force: true });
  };
}
