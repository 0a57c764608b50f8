//! The modules of a crate and what is in them, as its source has it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use syn::{Attribute, Item, UseTree, Visibility};

/// A module.
pub(crate) struct Module {
    /// From the crate on: `["engine", "config"]`.
    pub(crate) path: Vec<String>,
    pub(crate) public: bool,
    /// What has to hold for it to be there.
    pub(crate) cfg: Vec<String>,
    pub(crate) items: Vec<Item>,
    /// Names that `use` brings in, with where they are from.
    pub(crate) uses: BTreeMap<String, Vec<String>>,
    /// The same, for all to see.
    pub(crate) exports: BTreeMap<String, Vec<String>>,
}

/// All modules of the crate whose root is at `root`, except those of tests and of documentation.
pub(crate) fn read(root: &Path) -> Vec<Module> {
    let mut modules = Vec::new();
    let folder = root.parent().expect("a folder").to_owned();
    let items = parse(root);
    walk(&mut modules, Vec::new(), true, Vec::new(), items, &folder);
    modules
}

fn parse(path: &Path) -> Vec<Item> {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file = syn::parse_file(&text);
    file.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .items
}

fn walk(
    modules: &mut Vec<Module>,
    path: Vec<String>,
    public: bool,
    cfg: Vec<String>,
    items: Vec<Item>,
    folder: &Path,
) {
    let mut module = Module {
        path: path.clone(),
        public,
        cfg: cfg.clone(),
        items: Vec::new(),
        uses: BTreeMap::new(),
        exports: BTreeMap::new(),
    };
    for item in items {
        match item {
            Item::Mod(inner) => {
                let mut inner_cfg = cfg.clone();
                inner_cfg.extend(conditions(&inner.attrs));
                if inner_cfg.iter().any(|one| is_aside(one)) {
                    continue;
                }
                let name = inner.ident.to_string();
                let below = folder.join(&name);
                let items = match inner.content {
                    Some((_, items)) => items,
                    None => parse(&file_of(folder, &name)),
                };
                let path = [path.clone(), vec![name]].concat();
                let public = public && matches!(inner.vis, Visibility::Public(_));
                walk(modules, path, public, inner_cfg, items, &below);
            }
            Item::Use(import) => {
                let is_public = matches!(import.vis, Visibility::Public(_));
                let mut names = BTreeMap::new();
                flatten(&import.tree, &mut Vec::new(), &mut names);
                if is_public {
                    module.exports.extend(names.clone());
                }
                module.uses.extend(names);
            }
            item => module.items.push(item),
        }
    }
    modules.push(module);
}

fn file_of(folder: &Path, name: &str) -> PathBuf {
    let beside = folder.join(format!("{name}.rs"));
    if beside.exists() {
        beside
    } else {
        folder.join(name).join("mod.rs")
    }
}

/// The conditions of an item, as they are written.
pub(crate) fn conditions(attributes: &[Attribute]) -> Vec<String> {
    let cfg = attributes.iter().filter(|one| one.path().is_ident("cfg"));
    let text = cfg.filter_map(|one| one.meta.require_list().ok());
    text.map(|list| crate::signature::tidy(&list.tokens))
        .collect()
}

/// Whether a condition is that of tests or documentation.
fn is_aside(condition: &str) -> bool {
    condition == "test" || condition.contains("doc")
}

fn flatten(tree: &UseTree, before: &mut Vec<String>, names: &mut BTreeMap<String, Vec<String>>) {
    let full = |last: String| [before.clone(), vec![last]].concat();
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flatten(&path.tree, before, names);
            before.pop();
        }
        UseTree::Name(name) if name.ident == "self" => {
            let last = before.last().cloned().unwrap_or_default();
            names.insert(last, before.clone());
        }
        UseTree::Name(name) => {
            names.insert(name.ident.to_string(), full(name.ident.to_string()));
        }
        UseTree::Rename(rename) => {
            names.insert(rename.rename.to_string(), full(rename.ident.to_string()));
        }
        // All of a module, known by its place.
        UseTree::Glob(_) => {
            names.insert(format!("{}::*", before.join("::")), before.clone());
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, before, names);
            }
        }
    }
}
