import { AvatarError } from '../errors';
import { FRAGMENT_SHADER, VERTEX_SHADER } from './colour-key-shader';
import { fit, type Keyer } from './keyer';
import { memoryFrames } from './memory-frames';

/** One upload and one triangle a frame; nothing is read back. */
export function webglKeyer(
  canvas: HTMLCanvasElement,
  redraw: () => void,
  signal: AbortSignal,
): Keyer | undefined {
  const gl = canvas.getContext('webgl2', { antialias: false, depth: false, powerPreference: 'low-power' });
  if (!gl) return;
  const { TEXTURE_2D, RGBA, UNSIGNED_BYTE } = gl;
  const copyFrame = memoryFrames();
  let rule = prepare(gl);
  let wanted = 0;

  // What is not prevented is never restored.
  canvas.addEventListener('webglcontextlost', (event) => event.preventDefault(), { signal });
  canvas.addEventListener(
    'webglcontextrestored',
    () => {
      rule = prepare(gl);
      redraw();
    },
    { signal },
  );

  const clear = () => {
    wanted++;
    gl.clear(gl.COLOR_BUFFER_BIT);
  };
  return {
    renderer: 'webgl2',
    draw(picture, width, height, { key, threshold, innerRadius, outerRadius, spill }) {
      const number = ++wanted;
      const drawFrom = (pixels?: Uint8Array) => {
        if (number !== wanted) return;
        fit(canvas, width, height);
        gl.viewport(0, 0, width, height);
        if (pixels) gl.texImage2D(TEXTURE_2D, 0, RGBA, width, height, 0, RGBA, UNSIGNED_BYTE, pixels);
        else gl.texImage2D(TEXTURE_2D, 0, RGBA, RGBA, UNSIGNED_BYTE, picture);
        gl.uniform4fv(rule, [...key, Number(threshold), innerRadius, outerRadius, spill, 0]);
        gl.drawArrays(gl.TRIANGLES, 0, 3);
      };
      const copy = copyFrame(picture, width, height);
      if (copy) void copy.then(drawFrom);
      else drawFrom();
    },
    clear,
    release() {
      clear();
      gl.deleteTexture(gl.getParameter(gl.TEXTURE_BINDING_2D));
      gl.deleteProgram(gl.getParameter(gl.CURRENT_PROGRAM));
      gl.useProgram(null);
    },
  };
}

/** Nothing else uses the context, so what is bound here stays bound. Gives the place of the shader's rule. */
function prepare(gl: WebGL2RenderingContext): WebGLUniformLocation | null {
  const program = gl.createProgram();
  const attach = (type: number, source: string) => {
    const shader = gl.createShader(type) as WebGLShader;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    // It lives as long as the program that it is attached to.
    gl.deleteShader(shader);
  };
  attach(gl.VERTEX_SHADER, VERTEX_SHADER);
  attach(gl.FRAGMENT_SHADER, FRAGMENT_SHADER);
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new AvatarError('unsupported', `WebGL2 refused the shader: ${gl.getProgramInfoLog(program)}`);
  }
  gl.useProgram(program);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  return gl.getUniformLocation(program, 'rule');
}
