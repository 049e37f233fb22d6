/** The part of `@echogarden/espeak-ng-emscripten` that we use; it brings no types of its own. */
declare module '@echogarden/espeak-ng-emscripten' {
  interface EspeakWorker {
    get_samplerate(): number;
    /** Words a minute. */
    set_rate(rate: number): void;
    /** A language by eSpeak's name (`sv`, `en-gb`); not 0 where there is none. */
    set_voice(name: string): number;
    /** Calls back with piece after piece; returning true stops it. */
    synthesize(text: string, callback: (samples: Int16Array | undefined) => boolean): void;
  }

  const load: () => Promise<{ eSpeakNGWorker: new () => EspeakWorker }>;
  export default load;
}
