import { type Files, read } from "~/kit/texts";

const files = import.meta.glob<Files[string]>(["./texts/*.json", "!./texts/{outside,tracking,dealing}.json"], {
  eager: true,
  import: "default",
});

/** The English ones; a build writes them in here without the others (`texts/plugin`). */
export default read(files, "en");
