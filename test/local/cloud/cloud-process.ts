// A cloud in a process of its own, for the test that kills it. Makes one visit and prints the answer.
import { startCloud } from '../../../local/cloud.ts';
import { smallDomain } from './small-assembly.ts';

const [assembly = '', data = ''] = process.argv.slice(2);
const cloud = await startCloud({ assembly, data, domains: [smallDomain], log: () => undefined });
const response = await fetch(`${cloud.domains[0]}/ada`);
process.stdout.write(await response.text());
