import AcquisitionModel

extension TrainerHost {
    func showModes() {
        let trainer = self.trainer
        console.answer(TrainerSummary.modes(trainer), TrainerSummary.modesJSON(trainer))
    }

    func showStatus() {
        let trainer = self.trainer
        console.answer(TrainerSummary.status(trainer), TrainerSummary.statusJSON(trainer))
    }

    func showHelp(_ word: String?) {
        do {
            let text = try TrainerSummary.help(word, dialect: console.dialect)
            console.answer(text, ["help": .string(text)])
        } catch {
            console.complain("\(error)")
        }
    }
}
