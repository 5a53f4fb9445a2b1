import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

export type Reader = { detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]> };

const FORMATS = ["code_128", "code_39", "qr_code", "ean_13", "data_matrix"] as const;

type Native = { new (options: { formats: readonly string[] }): Reader; getSupportedFormats(): Promise<string[]> };

/** What finds bar codes in a picture: the browser's own where it has one that knows ours, else one that comes along. */
export async function reader(): Promise<Reader> {
  const { BarcodeDetector: own } = window as unknown as { BarcodeDetector?: Native };
  if (own) {
    const known = await own.getSupportedFormats().catch((): string[] => []);
    if (known.includes("code_128") && known.includes("qr_code"))
      return new own({ formats: FORMATS.filter((each) => known.includes(each)) });
  }
  const { BarcodeDetector, prepareZXingModule } = await import("barcode-detector/ponyfill");
  prepareZXingModule({ overrides: { locateFile: () => wasm } });
  return new BarcodeDetector({ formats: [...FORMATS] });
}
