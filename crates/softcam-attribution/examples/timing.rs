//! How long methods take, for tests/bench/attribution.py, which asks by lines on standard input and reads lines of JSON.
//!
//! `timing STATE_DICT.safetensors PICTURES SIZE THREADS`, where the pictures are normalised float32 `[count, 3, size, size]`,
//! little-endian. Then per line `METHOD COUNT`: that method explains class 0 on so many of the pictures. One line comes back:
//! milliseconds per picture, and forward and backward passes per picture.

use softcam::conversion::{Card, FloatTensor, Precision, StateDict, convert};
use softcam_attribution::{Attribution, Classifier, Cost, Method, Options, Plan, Subject, Target};
use std::error::Error;
use std::io::{Write, stdin, stdout};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [weights, pictures, size, threads] = arguments.as_slice() else {
        return Err(
            "give a state dict, pictures, the size of the input and the number of threads".into(),
        );
    };
    let (size, threads): (usize, usize) = (size.parse()?, threads.parse()?);
    let tensors = state_dict(weights)?;
    let converted = convert(
        tensors,
        Card::Made(Box::default()),
        Precision::Float32,
        |_| {},
    )?;
    let classifier = Classifier::new(&converted.model)?;
    let pictures = floats(&std::fs::read(pictures)?);
    println!("ready");
    for line in stdin().lines() {
        let line = line?;
        let (method, count) = (line.split_once(' ')).ok_or("a method and a number of pictures")?;
        let (method, count): (Method, usize) = (method.parse()?, count.parse()?);
        let subjects: Vec<Subject> = (pictures.chunks_exact(3 * size * size).take(count))
            .map(|picture| Subject::new(&classifier, picture.to_vec(), size))
            .collect::<Result<_, _>>()?;
        let start = Instant::now();
        let attributions = explain(&subjects, method, threads)?;
        let milliseconds = start.elapsed().as_secs_f64() * 1000.0 / count as f64;
        let passes = |of: fn(Cost) -> usize| -> f64 {
            attributions
                .iter()
                .map(|each| of(each.cost) as f64)
                .sum::<f64>()
                / count as f64
        };
        println!(
            "{{\"ms\": {milliseconds}, \"forward\": {}, \"backward\": {}}}",
            passes(|cost| cost.forward),
            passes(|cost| cost.backward)
        );
        stdout().flush()?;
    }
    Ok(())
}

/// Explains class 0 of every picture. Threads share the passes of a picture where there are several, else the pictures.
fn explain(
    subjects: &[Subject],
    method: Method,
    threads: usize,
) -> softcam::Result<Vec<Attribution>> {
    let new = |subject| Plan::new(subject, method, Target::class(0), &Options::default());
    let plan_of_first = new(&subjects[0])?;
    if plan_of_first.passes() == 1 {
        let one = |index: usize| {
            let mut plan = new(&subjects[index])?;
            let pass = plan.pass(0)?;
            plan.absorb(0, pass);
            plan.finish()
        };
        return spread(subjects.len(), threads, one);
    }
    let mut plans = vec![plan_of_first];
    for subject in &subjects[1..] {
        plans.push(new(subject)?);
    }
    let shared = |mut plan: Plan| {
        let passes = spread(plan.passes(), threads, |index| plan.pass(index))?;
        for (index, pass) in passes.into_iter().enumerate() {
            plan.absorb(index, pass);
        }
        plan.finish()
    };
    plans.into_iter().map(shared).collect()
}

/// `run` of every index below `count`, on so many threads.
fn spread<T: Send>(
    count: usize,
    threads: usize,
    run: impl Fn(usize) -> softcam::Result<T> + Sync,
) -> softcam::Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        break;
                    }
                    let result = run(index);
                    if let Ok(mut results) = results.lock() {
                        results.push((index, result));
                    }
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_default();
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Little-endian float32.
fn floats(bytes: &[u8]) -> Vec<f32> {
    let words = bytes.as_chunks::<4>().0.iter();
    words.map(|word| f32::from_le_bytes(*word)).collect()
}

/// Float tensors of a file.
fn state_dict(path: &str) -> Result<StateDict, Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    let file = safetensors::SafeTensors::deserialize(&bytes)?;
    let mut tensors = StateDict::new();
    for (name, tensor) in file.tensors() {
        if tensor.dtype() != safetensors::Dtype::F32 {
            continue;
        }
        let data = floats(tensor.data());
        let shape = tensor.shape().to_vec();
        tensors.insert(name, FloatTensor { shape, data });
    }
    Ok(tensors)
}
