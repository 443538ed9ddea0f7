// hopclip completion: a script for a shell's Tab key, made from the commands themselves.
import { Argument, type Command } from "commander";
import { scriptOf, SHELLS, type Shell } from "../completion.ts";

export function register(command: Command): void {
  command
    .description("Prints a script that lets the Tab key complete commands, options and their values. It holds everything it needs: Tab starts no hopclip.")
    .addArgument(new Argument("<shell>", "the shell it is for").choices(SHELLS))
    .addHelpText(
      "after",
      "\nFor good, in a new shell:\n" +
        "  bash  hopclip completion bash > ~/.local/share/bash-completion/completions/hopclip\n" +
        "  zsh   hopclip completion zsh > ~/.zfunc/_hopclip        with fpath=(~/.zfunc $fpath) before compinit in ~/.zshrc\n" +
        "  fish  hopclip completion fish > ~/.config/fish/completions/hopclip.fish\n" +
        "Make it anew after an update.\n\n" +
        "Example, for this shell only:\n  source <(hopclip completion bash)",
    )
    .action((shell: Shell) => void process.stdout.write(scriptOf(command.parent as Command, shell)));
}
