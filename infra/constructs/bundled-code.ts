import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import { nativeModules } from './native-modules.ts';
import { repositoryRoot } from './repository-root.ts';

/**
 * The code of the function in `functions/<name>/handler.ts`, bundled into one `index.js`, a CommonJS module.
 * @param files to lie beside it, by their path there; their paths in the repository
 *
 * Calls esbuild itself where CDK's NodejsFunction would start it through npx, half a second for each function that takes 20 ms.
 */
export function bundledCode(name: string, files: Readonly<Record<string, string>> = {}): Code {
  const source = join(repositoryRoot, 'functions', name);
  return Code.fromAsset(source, {
    // By what comes out: a handler's folder says nothing of a change in core/ or in a package, which must be deployed as well.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // CDK wants an image to fall back to. There is no falling back: the local bundling below succeeds or throws.
      image: DockerImage.fromRegistry('unused'),
      local: {
        tryBundle: (outputFolder) => {
          buildSync({
            entryPoints: [join(source, 'handler.ts')],
            outfile: join(outputFolder, 'index.js'),
            absWorkingDir: repositoryRoot,
            bundle: true,
            platform: 'node',
            target: 'node24',
            // An ESM bundle cannot load a package from a layer: Lambda names layers in NODE_PATH, which only require() reads.
            format: 'cjs',
            // A third smaller: unused exports can be left out of a package's ES modules, not of its CommonJS.
            mainFields: ['module', 'main'],
            external: [...nativeModules],
            // A cold start compiles all of the bundle, 1 ms for 20 kB; what the alias leaves out, its target says.
            alias: {
              '@aws-sdk/credential-provider-node': join(repositoryRoot, 'functions', 'default-provider.ts'),
              // Its ES module asks for its own address as it loads, and a bundle in CommonJS has none.
              pdfkit: join(repositoryRoot, 'node_modules', 'pdfkit', 'js', 'pdfkit.js'),
            },
            minify: true,
            // Logs name errors by their class.
            keepNames: true,
            // The SDK's import() of node:http would cost 25 ms of a cold start: it reads all exports, and some of those load undici.
            // As require() it takes what it uses.
            supported: { 'dynamic-import': false },
            logLevel: 'warning',
          });
          for (const [path, file] of Object.entries(files))
            cpSync(join(repositoryRoot, file), join(outputFolder, path));
          // So that the bundle is CommonJS wherever it lies, also below a package of ES modules such as this one.
          writeFileSync(join(outputFolder, 'package.json'), '{"type":"commonjs"}\n');
          return true;
        },
      },
    },
  });
}
