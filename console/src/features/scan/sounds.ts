export type Verdict = "done" | "stored" | "repeated" | "turn" | "unknown" | "refused" | "reverted";

/** Tones in hertz one after the other, and how the device shakes, in milliseconds: told apart without looking. */
const TONES: Record<Verdict, { tones: number[]; shape: OscillatorType; shake: number[] }> = {
  done: { tones: [1318], shape: "sine", shake: [60] },
  stored: { tones: [880], shape: "sine", shake: [40] },
  reverted: { tones: [880, 660], shape: "sine", shake: [60, 60] },
  repeated: { tones: [660, 660], shape: "triangle", shake: [60, 60, 60] },
  turn: { tones: [330, 220], shape: "square", shake: [200, 80, 200] },
  unknown: { tones: [220, 165], shape: "square", shake: [400] },
  refused: { tones: [220, 220, 220], shape: "square", shake: [200, 80, 200, 80, 200] },
};
const TONE_SECONDS = 0.12;
const LOUD = 0.18;

let context: AudioContext | undefined;

/** Let a verdict be heard and felt. Browsers allow it once somebody has touched the page or a key. */
export function sound(verdict: Verdict): void {
  if (!navigator.userActivation?.hasBeenActive) return;
  const { tones, shape, shake } = TONES[verdict];
  navigator.vibrate?.(shake);
  context ??= new AudioContext();
  const { currentTime, destination } = context;
  for (const [index, hertz] of tones.entries()) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    const from = currentTime + index * TONE_SECONDS * 1.3;
    tone.type = shape;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(LOUD, from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + TONE_SECONDS);
    tone.connect(volume).connect(destination);
    tone.start(from);
    tone.stop(from + TONE_SECONDS);
  }
}
